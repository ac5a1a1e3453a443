// A small drawing of a face from the points of an example: oval, brows, eyes, nose and lips as lines. Pure.

/**
 * Indices of the points along each line, in the order of MediaPipe's face mesh of 468 points.
 * @type {readonly {points: readonly number[], isClosed: boolean}[]}
 */
const LINES = [
  line(true, 10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377, 152, 148, 176, 149,
    150, 136, 172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109),
  // Brows, eyes.
  line(false, 70, 63, 105, 66, 107),
  line(false, 336, 296, 334, 293, 300),
  line(true, 33, 7, 163, 144, 145, 153, 154, 155, 133, 173, 157, 158, 159, 160, 161, 246),
  line(true, 263, 249, 390, 373, 374, 380, 381, 382, 362, 398, 384, 385, 386, 387, 388, 466),
  // The ridge and the base of the nose.
  line(false, 6, 197, 195, 5),
  line(false, 64, 98, 97, 2, 326, 327, 294),
  // The outer and the inner edge of the lips.
  line(true, 61, 146, 91, 181, 84, 17, 314, 405, 321, 375, 291, 409, 270, 269, 267, 0, 37, 39, 40, 185),
  line(true, 78, 95, 88, 178, 87, 14, 317, 402, 318, 324, 308, 415, 310, 311, 312, 13, 82, 81, 80, 191),
];

/** Of the drawing, as a fraction of its side. */
const EDGE = 0.06;

/**
 * @param {readonly (readonly [number, number])[]} points  of a face
 * @param {number} side  of the square that the drawing fills
 * @param {boolean} isMirrored  as its owner sees it in a mirror
 * @returns {string} the `d` of an SVG path
 */
export function facePath(points, side, isMirrored) {
  const xs = points.map(([x]) => (isMirrored ? -x : x));
  const ys = points.map(([, y]) => y);
  const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  const scale = side * (1 - 2 * EDGE) / Math.max(right - left, bottom - top, 1e-6);
  const place = (/** @type {number} */ index) => [
    (side / 2 + scale * (xs[index] - (left + right) / 2)).toFixed(1),
    (side / 2 + scale * (ys[index] - (top + bottom) / 2)).toFixed(1),
  ].join(' ');
  return LINES.map(({ points: along, isClosed }) => `M${along.map(place).join('L')}${isClosed ? 'Z' : ''}`).join('');
}

/**
 * @param {boolean} isClosed
 * @param {readonly number[]} points
 */
function line(isClosed, ...points) {
  return { points, isClosed };
}
