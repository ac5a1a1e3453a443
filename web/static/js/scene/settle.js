// Which expression the page shows: the label of the largest face, held a moment when the face goes. Pure.
// It does not smooth: the server has done that, and its label is settled when it arrives.

export const NO_FACE = 'no-face';

/** Long enough to bridge a blink of the detector, short enough that an empty chair is not happy. */
export const HOLD_MS = 300;

/** @type {Settled} */
export const UNSETTLED = { expression: null, bars: null, goneAt: null };

/**
 * @param {Settled} settled
 * @param {readonly Face[]} faces  largest first
 * @param {number} now  milliseconds
 * @returns {Settled}
 */
export function settle(settled, faces, now) {
  if (faces.length > 0) return { expression: faces[0].label, bars: faces[0].smoothed, goneAt: null };
  if (settled.expression === null) return { expression: NO_FACE, bars: null, goneAt: now };
  return expire({ ...settled, goneAt: settled.goneAt ?? now }, now);
}

/**
 * The hold ends without an answer too: call this when `holdLeftMs` has passed.
 * @param {Settled} settled
 * @param {number} now
 * @returns {Settled}
 */
export function expire(settled, now) {
  if (settled.goneAt === null || now - settled.goneAt < HOLD_MS) return settled;
  return { ...settled, expression: NO_FACE, bars: null };
}

/**
 * @param {Settled} settled
 * @param {number} now
 * @returns {number|null} milliseconds until the hold ends; null when nothing is held
 */
export function holdLeftMs(settled, now) {
  if (settled.goneAt === null || settled.expression === NO_FACE) return null;
  return Math.max(0, settled.goneAt + HOLD_MS - now);
}
