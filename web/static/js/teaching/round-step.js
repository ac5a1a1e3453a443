// The step of a round. Pure.

/**
 * The step that is shown; at the end the last one.
 * @param {TeachingRound} round
 * @returns {RoundStep}
 */
export function stepOf({ steps, index }) {
  return steps[Math.min(index, steps.length - 1)];
}
