// Calibration to a neutral face: the mean scores of the only face over three seconds. Pure.

/** Long enough that a blink does not matter, short enough to hold still. */
export const CALIBRATION_MS = 3000;

/** Fewer answers are too few for a mean: the server was too busy or the face was not found. */
const MIN_ANSWERS = 5;

/**
 * @param {number} now
 * @returns {CalibrationRun}
 */
export function startCalibration(now) {
  return { since: now, count: 0, sums: [], refused: null };
}

/**
 * @param {CalibrationRun} run
 * @param {readonly Face[]} faces  of an answer
 * @returns {CalibrationRun}
 */
export function addFaces(run, faces) {
  if (faces.length !== 1) return { ...run, refused: faces.length ? 'several' : 'away' };
  const sums = faces[0].scores.map((score, index) => score + (run.sums[index] ?? 0));
  return { ...run, sums, count: run.count + 1 };
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
 * @param {CalibrationRun} run
 * @param {number} now
 * @returns {number} whole seconds left
 */
export function secondsLeft({ since }, now) {
  return Math.max(0, Math.ceil((since + CALIBRATION_MS - now) / 1000));
}
