// Encodes on the page's own thread, for browsers that cannot in a worker. `toBlob` waits for idle time in Chromium: an
// animation that repaints the page keeps it waiting for up to a second. Reuses one canvas.

/** @type {CanvasRenderingContext2D|null} */
let context = null;

/**
 * @param {HTMLVideoElement} video
 * @param {Size} size  of the JPEG
 * @param {number} quality  0 to 1
 * @returns {Promise<ArrayBuffer|null>} null if the browser makes none
 */
export async function encodeOnPage(video, { w, h }, quality) {
  // Every frame is read back, which is faster from memory than from the graphics card.
  context ??= document.createElement('canvas').getContext('2d', { alpha: false, willReadFrequently: true });
  if (!context) return null;
  const { canvas } = context;
  // Setting a size reallocates the canvas even when it is the same.
  if (canvas.width !== w) canvas.width = w;
  if (canvas.height !== h) canvas.height = h;
  context.drawImage(video, 0, 0, w, h);
  /** @type {Blob|null} */
  const jpeg = await new Promise((resolve) => canvas.toBlob(resolve, 'image/jpeg', quality));
  return jpeg && jpeg.arrayBuffer();
}
