// The expression that the page shows: the label of the largest face, held for 300 ms after the face is gone. Pure.
// Labels are not smoothed here: the server has done that.

export const NO_FACE = 'no-face';

/** Long enough to bridge one missed detection, short enough that an empty chair does not look happy. */
export const HOLD_MS = 300;

/** @type {ShownExpression} */
export const NOTHING_SHOWN = { expression: null, scores: null, goneAt: null };

/**
 * @param {ShownExpression} shown
 * @param {readonly Face[]} faces  largest first
 * @param {number} now  milliseconds
 * @returns {ShownExpression}
 */
export function showFaces(shown, faces, now) {
  if (faces.length > 0) return { expression: faces[0].label, scores: faces[0].smoothed, goneAt: null };
  if (shown.expression === null) return { expression: NO_FACE, scores: null, goneAt: now };
  return expire({ ...shown, goneAt: shown.goneAt ?? now }, now);
}

/**
 * Ends the hold when its time is over. To be called after `holdLeftMs`, since no answer may come.
 * @param {ShownExpression} shown
 * @param {number} now
 * @returns {ShownExpression}
 */
export function expire(shown, now) {
  if (shown.goneAt === null || now - shown.goneAt < HOLD_MS) return shown;
  return { ...shown, expression: NO_FACE, scores: null };
}

/**
 * @param {ShownExpression} shown
 * @param {number} now
 * @returns {number|null} milliseconds until the hold ends; null when nothing is held
 */
export function holdLeftMs(shown, now) {
  if (shown.goneAt === null || shown.expression === NO_FACE) return null;
  return Math.max(0, shown.goneAt + HOLD_MS - now);
}
