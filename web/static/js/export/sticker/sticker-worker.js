// A worker that encodes the pictures of a sticker, away from the page's thread, which animates meanwhile. It answers each emoji
// with the bytes of its picture and their type: WebP, or PNG where the browser encodes no WebP.

/** Directions in which copies of the emoji make its edge. */
const EDGE = [[1, 0], [-1, 0], [0, 1], [0, -1], [0.7, 0.7], [0.7, -0.7], [-0.7, 0.7], [-0.7, -0.7]];

/** Width of the white edge, as a fraction of the side: the emoji is to be seen on light and dark chats. */
const EDGE_WIDTH = 0.013;

/** @type {OffscreenCanvas|null} */
let canvas = null;

/**
 * @param {ImageBitmap} emoji  is closed
 * @param {number} quality  0 to 1
 */
async function encode(emoji, quality) {
  const side = emoji.width;
  if (canvas?.width !== side) canvas = new OffscreenCanvas(side, side);
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (!context) throw new Error('no canvas');
  context.clearRect(0, 0, side, side);
  // The emoji's shape in white, a few times around it, and the emoji on top.
  context.globalCompositeOperation = 'source-over';
  for (const [right, down] of EDGE) context.drawImage(emoji, right * EDGE_WIDTH * side, down * EDGE_WIDTH * side);
  context.globalCompositeOperation = 'source-in';
  context.fillStyle = '#fffdf8';
  context.fillRect(0, 0, side, side);
  context.globalCompositeOperation = 'source-over';
  context.drawImage(emoji, 0, 0);
  emoji.close();
  const file = await canvas.convertToBlob({ type: 'image/webp', quality });
  return { bytes: new Uint8Array(await file.arrayBuffer()), type: file.type };
}

self.addEventListener('message', async ({ data: { emoji, quality } }) => {
  const picture = await encode(emoji, quality).catch(() => null);
  self.postMessage(picture, { transfer: picture ? [picture.bytes.buffer] : [] });
});
