// Calibration to a neutral face: the mean scores of the only face over three seconds in which it looks at the camera and
// keeps still. Pure.

/** Long enough that a blink does not matter, short enough to hold still. */
export const CALIBRATION_MS = 3000;

/** Fewer answers are too few for a mean: the server was too busy or the face was not found. */
const MIN_ANSWERS = 5;

/** `turn` of a face: up to here the model reads it as well as a frontal one (hints.js); frontal photographs have 0.13. */
const MAX_TURN = 0.3;

/**
 * Distance of the face from its first place, in widths of its box, and the ratio of the widths. Somebody who sits before
 * a laptop sways by 0.2 and 1.2 in that time (tests/support/clips.py).
 */
const MAX_SHIFT = 0.35;
const MAX_SCALE = 1.35;

/**
 * @param {number} now
 * @returns {CalibrationRun}
 */
export function startCalibration(now) {
  return { since: now, count: 0, sums: [], first: null, refused: null };
}

/**
 * @param {CalibrationRun} run
 * @param {readonly Face[]} faces  of an answer
 * @returns {CalibrationRun}
 */
export function addFaces(run, faces) {
  if (faces.length !== 1) return { ...run, refused: faces.length ? 'several' : 'away' };
  const [{ box, scores, quality }] = faces;
  if (Math.abs(quality?.turn ?? 0) > MAX_TURN) return { ...run, refused: 'turned' };
  if (run.first && hasMoved(run.first, box)) return { ...run, refused: 'moved' };
  const sums = scores.map((score, index) => score + (run.sums[index] ?? 0));
  return { ...run, sums, count: run.count + 1, first: run.first ?? box };
}

/**
 * @param {CalibrationRun} run
 * @param {number} now
 * @returns {readonly number[]|CalibrationRefusal|null} the mean scores, or why there are none; null while it runs
 */
export function resultOf({ since, count, sums, refused }, now) {
  if (refused) return refused;
  if (now - since < CALIBRATION_MS) return null;
  return count < MIN_ANSWERS ? 'away' : sums.map((sum) => sum / count);
}

/**
 * @param {Face['box']} first  in fractions of the frame
 * @param {Face['box']} box
 */
function hasMoved([x0, y0, w0, h0], [x, y, w, h]) {
  const right = (x + w / 2 - x0 - w0 / 2) / w0;
  const down = (y + h / 2 - y0 - h0 / 2) / h0;
  return Math.hypot(right, down) > MAX_SHIFT || Math.max(w / w0, w0 / w) > MAX_SCALE;
}
