// A picture of a pack as a blob that every browser draws on a canvas.

/** Pixels of a picture drawn on a canvas: an emoji on a face in a large window. */
const SIDE = 512;

/**
 * @param {string} address
 * @returns {Promise<Blob>} rejects if it cannot be fetched
 */
export async function fetchPicture(address) {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${address}: ${response.status}`);
  return withSize(await response.blob());
}

/**
 * Some browsers draw an SVG without width and height not at all on a canvas, others blurred.
 * @param {Blob} picture
 */
async function withSize(picture) {
  if (!picture.type.startsWith('image/svg')) return picture;
  const svg = new DOMParser().parseFromString(await picture.text(), 'image/svg+xml');
  svg.documentElement.setAttribute('width', String(SIDE));
  svg.documentElement.setAttribute('height', String(SIDE));
  return new Blob([new XMLSerializer().serializeToString(svg)], { type: 'image/svg+xml' });
}
