// A photo or a video file as a source of pictures. Both play in the video element, as the camera does.

/** A photo is sent ten times a second, so that the server's smoothing settles within a second. */
const PHOTO_MS = 100;

/** Longest side of a photo in pixels: it is drawn ten times a second, and more is not visible. */
const PHOTO_SIDE = 1280;

/** Thrown for a file that has sound only. */
export class NoPictureError extends Error {}

/**
 * @param {Blob} file
 * @returns {Promise<Source>} rejects if it is neither, with NoPictureError if it is sound; a video may do so in `attach`
 */
export async function openFile(file) {
  if (file.type.startsWith('audio/')) throw new NoPictureError();
  return file.type.startsWith('video/') ? openVideo(file) : openPhoto(file);
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
    attach: async (video) => {
      video.srcObject = null;
      video.loop = true;
      video.src = url;
      await video.play();
      if (video.videoWidth === 0) throw new NoPictureError();
    },
    end: () => URL.revokeObjectURL(url),
  };
}
