// A worker that encodes pictures as JPEG, away from the page's thread. It tells the page that it can, and answers each
// picture with its JPEG, or with null if it could not.

import { isHonest } from './picture-check.js';

const canvas = new OffscreenCanvas(1, 1);
// Every picture is read back, which is faster from memory than from the graphics card.
const context = canvas.getContext('2d', { alpha: false, willReadFrequently: true });

/**
 * @param {VideoFrame|ImageBitmap} picture  is closed
 * @param {Size} size  of the JPEG
 * @param {number} quality  0 to 1
 * @returns {Promise<ArrayBuffer|null>} null if the browser makes another format
 */
async function encode(picture, { w, h }, quality) {
  // Setting a size reallocates the canvas even when it is the same.
  if (canvas.width !== w) canvas.width = w;
  if (canvas.height !== h) canvas.height = h;
  try {
    context?.drawImage(picture, 0, 0, w, h);
  } finally {
    picture.close();
  }
  const jpeg = await canvas.convertToBlob({ type: 'image/jpeg', quality });
  return jpeg.type === 'image/jpeg' ? jpeg.arrayBuffer() : null;
}

self.addEventListener('message', async ({ data }) => {
  const jpeg = await encode(data.picture, data.size, data.quality).catch(() => null);
  self.postMessage({ jpeg }, { transfer: jpeg ? [jpeg] : [] });
});

// Without a context or convertToBlob the page encodes by itself; also where the browser falsifies what a worker reads: a
// user can allow reading to pages only.
if (context && 'convertToBlob' in canvas && isHonest(context)) self.postMessage({ isReady: true }, { transfer: [] });
