// The points of an expression in the mirror game: how soon and how clearly it was shown. Pure.

/** A round is over after this time. */
export const ROUND_MS = 5000;

/** Nobody sees an emoji and makes its face in less, smoothing and transmission included: up to here speed costs nothing. */
const FAST_MS = 900;

/** What speed leaves of the points at the end of a round: a face made late is still worth making. */
const SLOW_SHARE = 0.4;

/** Smoothed scores that count as nothing and as all: below the first every face has some, above the second few get. */
const LOW = 0.15;
const HIGH = 0.85;

/** From this height on an expression counts as made: then a round has been won. */
export const REACHED = 0.6;

/** Of a round of two players: for the one who was sooner. */
export const BONUS = 25;

/** What an expression can bring. */
export const MAX_POINTS = 100;

/**
 * @param {number} score  smoothed, of the asked label
 * @returns {number} 0 to 1
 */
export function heightOf(score) {
  return Math.min(1, Math.max(0, (score - LOW) / (HIGH - LOW)));
}

/**
 * @param {number} height
 * @param {number} ms  since the expression was asked for
 * @returns {number} whole, 0 to MAX_POINTS
 */
export function pointsOf(height, ms) {
  const late = Math.min(1, Math.max(0, (ms - FAST_MS) / (ROUND_MS - FAST_MS)));
  return Math.round(MAX_POINTS * height * (1 - (1 - SLOW_SHARE) * late));
}

/**
 * The verdict of a round in one word of the messages.
 * @param {number} points
 * @returns {'perfect'|'great'|'good'|'close'|'missed'}
 */
export function verdictOf(points) {
  if (points >= 90) return 'perfect';
  if (points >= 70) return 'great';
  if (points >= 40) return 'good';
  return points >= 15 ? 'close' : 'missed';
}
