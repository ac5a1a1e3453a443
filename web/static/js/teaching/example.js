// What is in the bytes of an example (docs/protocol.md): the page draws its points. Pure.

/** Points of the face mesh, each with x and y. */
export const POINTS = 468;

/** A step of a coordinate. */
const STEP = 1 / 4096;

/** Bit of the first byte: whether the example has points. They are its last bytes. */
const HAS_POINTS = 2;

/**
 * @param {string} text  base64
 * @returns {Uint8Array|null} null if it is not base64
 */
export function bytesOf(text) {
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  } catch {
    return null;
  }
}

/**
 * The points of an example, in distances of the eyes from their midpoint, y down.
 * @param {string} text  base64
 * @returns {readonly (readonly [number, number])[]|null} null for an example without points
 */
export function pointsOf(text) {
  const bytes = bytesOf(text);
  const start = (bytes?.length ?? 0) - POINTS * 4;
  if (!bytes || start < 2 || !(bytes[0] & HAS_POINTS)) return null;
  const view = new DataView(bytes.buffer);
  const at = (/** @type {number} */ index) => STEP * view.getInt16(start + 2 * index, true);
  return Array.from({ length: POINTS }, (_, index) => /** @type {const} */ ([at(2 * index), at(2 * index + 1)]));
}
