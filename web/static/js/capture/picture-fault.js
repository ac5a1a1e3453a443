// What is wrong with the camera's picture itself, whoever sits before it. Pure.

/** Grey level, 0 to 255: a covered camera gives at most this in all of its picture. */
const BLACK = 16;

/**
 * Standard deviation of the cells in grey levels. A covered lens or one colour stays below 1, also with a webcam's noise;
 * an empty wall in a room has 5 or more, because light falls off across it.
 */
const EVEN = 1.5;

/** Cells across and down: large enough to average noise away. */
const CELLS = 8;

/**
 * @param {Uint8ClampedArray} pixels  RGBA, square, a multiple of 8 pixels wide
 * @param {number} side  in pixels
 * @returns {'black'|'plain'|null} null for a picture that shows something
 */
export function faultOfPixels(pixels, side) {
  const cells = cellMeans(pixels, side);
  if (Math.max(...cells.flat()) <= BLACK) return 'black';
  return cells.every((channel) => deviation(channel) < EVEN) ? 'plain' : null;
}

/**
 * Whether a browser returned other pixels than those drawn. Protection against fingerprinting either changes the lowest
 * bits of some pixels, which does no harm, or replaces all of them.
 * @param {Uint8ClampedArray} drawn
 * @param {Uint8ClampedArray} read
 */
export function isFalsified(drawn, read) {
  const sum = drawn.reduce((total, value, index) => total + Math.abs(value - read[index]), 0);
  return sum / drawn.length > 8;
}

/**
 * @param {Uint8ClampedArray} pixels
 * @param {number} side
 * @returns {number[][]} mean of each cell, for red, green and blue
 */
function cellMeans(pixels, side) {
  const length = side / CELLS;
  const sums = [0, 1, 2].map(() => Array.from({ length: CELLS * CELLS }, () => 0));
  for (let at = 0; at < side * side; at += 1) {
    const cell = Math.floor(at / side / length) * CELLS + Math.floor((at % side) / length);
    for (const channel of [0, 1, 2]) sums[channel][cell] += pixels[at * 4 + channel];
  }
  return sums.map((cells) => cells.map((sum) => sum / length ** 2));
}

/** @param {number[]} values */
function deviation(values) {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
}
