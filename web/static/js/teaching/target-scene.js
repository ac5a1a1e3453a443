// What the main emoji shows in a round: the expression to imitate, until it was taught; then again what is read. Pure.

import { stepOf } from './round-step.js';

/**
 * @param {State} state
 * @returns {State} the same one outside a round
 */
export function targetScene(state) {
  const { round } = state;
  if (!round || round.phase === 'felt' || round.phase === 'done') return state;
  return { ...state, expression: stepOf(round).label, faces: [], hint: null };
}
