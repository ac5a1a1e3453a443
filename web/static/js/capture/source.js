// Where pictures come from when not from the camera: a photograph or a video file. Each plays in the video element,
// so that everything after it is the same.

/** A photograph as a video: often enough that the smoothing of the server settles within a second. */
const PHOTO_MS = 100;

/** Longest side of a photograph as it is shown: more is not seen, and is drawn ten times a second. */
const PHOTO_SIDE = 1280;

/**
 * @param {Blob} file
 * @returns {Promise<Source>} rejects when it is neither
 */
export function openFile(file) {
  return file.type.startsWith('video/') ? Promise.resolve(openVideo(file)) : openPhoto(file);
}

/**
 * @param {Blob} file
 * @returns {Promise<Source>}
 */
async function openPhoto(file) {
  const bitmap = await createImageBitmap(file);
  const scale = Math.min(1, PHOTO_SIDE / Math.max(bitmap.width, bitmap.height));
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(2, Math.round(bitmap.width * scale));
  canvas.height = Math.max(2, Math.round(bitmap.height * scale));
  const context = canvas.getContext('2d');
  const draw = () => document.hidden || context?.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  const stream = canvas.captureStream();
  let timer = 0;
  return {
    kind: 'photo',
    device: '',
    mirrorable: false,
    attach: (video) => {
      timer = setInterval(draw, PHOTO_MS);
      draw();
      video.srcObject = stream;
      return video.play();
    },
    end: () => {
      clearInterval(timer);
      stream.getTracks().forEach((track) => track.stop());
      bitmap.close();
    },
  };
}

/**
 * @param {Blob} file
 * @returns {Source}
 */
function openVideo(file) {
  const url = URL.createObjectURL(file);
  return {
    kind: 'video',
    device: '',
    mirrorable: false,
    attach: (video) => {
      video.srcObject = null;
      video.loop = true;
      video.src = url;
      return video.play();
    },
    end: () => URL.revokeObjectURL(url),
  };
}

/**
 * Leaves the video element as it was.
 * @param {HTMLVideoElement} video
 */
export function detach(video) {
  video.pause();
  video.srcObject = null;
  if (!video.hasAttribute('src')) return;
  video.removeAttribute('src');
  video.load();
}

const SAMPLES = '/static/samples/';

/** @returns {Promise<readonly SamplePicture[]>} none where the server has none */
export async function listSamples() {
  try {
    const answer = await fetch(`${SAMPLES}samples.json`);
    return answer.ok ? await answer.json() : [];
  } catch {
    return [];
  }
}

/** @param {string} file */
export function sampleUrl(file) {
  return SAMPLES + encodeURIComponent(file);
}

/** @param {string} file */
export async function fetchSample(file) {
  const answer = await fetch(sampleUrl(file));
  return answer.blob();
}
