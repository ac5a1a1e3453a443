// A picture for an expression of one's own: any image that the browser can read, made small. It stays in the browser.

import { MAX_PICTURE } from './faces-file.js';

/** Pixels of the longer side: sharp as the main emoji of a usual screen, and some 50 kB. */
const SIDE = 256;

/** Tried in turn: a browser that cannot write a type writes a PNG, and JPEG is small in every browser. */
const TYPES = /** @type {const} */ ([['image/webp', 0.9], ['image/png', 1], ['image/webp', 0.6], ['image/jpeg', 0.85]]);

/**
 * @param {Blob} file
 * @returns {Promise<string|null>} a data: URL; null if it is not an image that the browser can read
 */
export async function smallPicture(file) {
  try {
    const image = await imageOf(file);
    // An SVG may have no size.
    const { naturalWidth: w = SIDE, naturalHeight: h = SIDE } = image;
    const scale = SIDE / Math.max(w || SIDE, h || SIDE);
    const canvas = document.createElement('canvas');
    canvas.width = canvas.height = SIDE;
    const [width, height] = [(w || SIDE) * scale, (h || SIDE) * scale];
    canvas.getContext('2d')?.drawImage(image, (SIDE - width) / 2, (SIDE - height) / 2, width, height);
    const urls = TYPES.map(([type, quality]) => canvas.toDataURL(type, quality));
    return urls.find((url) => url.length <= MAX_PICTURE) ?? null;
  } catch {
    return null;
  }
}

/** @param {Blob} file */
async function imageOf(file) {
  const url = URL.createObjectURL(file);
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    return image;
  } finally {
    URL.revokeObjectURL(url);
  }
}
