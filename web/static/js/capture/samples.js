// The sample pictures that come with the page, for users without a camera.

const FOLDER = 'static/samples/';

/** @returns {Promise<readonly SamplePicture[]>} none where the server has none */
export async function listSamples() {
  try {
    const response = await fetch(`${FOLDER}samples.json`);
    return response.ok ? await response.json() : [];
  } catch {
    return [];
  }
}

/** @param {string} file */
export function sampleUrl(file) {
  return FOLDER + encodeURIComponent(file);
}

/** @param {string} file */
export async function fetchSample(file) {
  const response = await fetch(sampleUrl(file));
  return response.blob();
}
