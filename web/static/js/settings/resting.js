// Learns a resting face: the mean of the raw scores of the only face over three seconds. Pure.

/** Long enough that a blink does not count, short enough to hold still. */
export const LEARN_MS = 3000;

/** Fewer answers say too little: the server was too busy or the face was not seen. */
const FEWEST = 5;

/**
 * @param {number} now
 * @returns {Learning}
 */
export function startLearning(now) {
  return { since: now, count: 0, sums: [], refused: null };
}

/**
 * @param {Learning} learning
 * @param {readonly Face[]} faces
 * @returns {Learning}
 */
export function learnFrom(learning, faces) {
  if (faces.length !== 1) return { ...learning, refused: faces.length ? 'several' : 'away' };
  const sums = faces[0].scores.map((score, index) => score + (learning.sums[index] ?? 0));
  return { ...learning, sums, count: learning.count + 1 };
}

/**
 * @param {Learning} learning
 * @param {number} now
 * @returns {readonly number[]|Refusal|null} the mean scores, or why there are none; null while it goes on
 */
export function learned({ since, count, sums, refused }, now) {
  if (refused) return refused;
  if (now - since < LEARN_MS) return null;
  return count < FEWEST ? 'away' : sums.map((sum) => sum / count);
}

/**
 * @param {Learning} learning
 * @param {number} now
 * @returns {number} whole seconds left
 */
export function secondsLeft({ since }, now) {
  return Math.max(0, Math.ceil((since + LEARN_MS - now) / 1000));
}
