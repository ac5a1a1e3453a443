// The sample pictures that come with the page, for users without a camera. The template has a button for each.

/** @param {string} file */
export async function fetchSample(file) {
  const response = await fetch(`static/samples/${encodeURIComponent(file)}`);
  return response.blob();
}
