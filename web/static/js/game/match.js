// The course of a mirror game: ten rounds of *get ready*, an expression to make, and its points. Pure: time comes in
// steps, faces as they were answered, chance as a function.

import { nextLabel } from './labels.js';
import { followPlayers } from './players.js';
import { BONUS, heightOf, pointsOf, REACHED, ROUND_MS } from './points.js';

export const ROUNDS = 10;

/** Long enough to let go of the last expression, which must not win the next round. */
export const READY_MS = 1700;

/** After somebody made the expression, the round goes on this long: to make it clearer, or to come second. */
const GRACE_MS = 1100;

/** The points of a round are shown for this long. */
export const RESULT_MS = 1500;

/** A face may be missed for a moment; after this the game waits. */
const MISSING_MS = 900;

/** A game that waited goes on when everybody has been there for this long. */
const BACK_MS = 400;

/**
 * @param {readonly string[]} labels  at least two
 * @param {readonly Player[]} players
 * @returns {Match}
 */
export function startMatch(labels, players) {
  return {
    labels, players, phase: 'ready', round: 0, elapsed: 0, label: null, bag: labels, isPaused: false, backMs: 0,
    tries: players.map(() => NO_TRY), totals: players.map(() => 0), rounds: [],
  };
}

/** @type {Try} */
const NO_TRY = { height: 0, points: 0, reachedMs: null };

/**
 * @param {Match} match
 * @param {{elapsed: number, faces: readonly GameFace[], age: number}} step  milliseconds since the last step, the faces
 *   of the last answer, and how long ago their picture was taken
 * @param {() => number} random  0 to 1
 * @returns {Match}
 */
export function advance(match, { elapsed, faces, age }, random) {
  if (match.phase === 'over') return match;
  const players = followPlayers(match.players, faces, elapsed);
  const moved = { ...match, players };
  // The points of a round are shown whoever leaves.
  if (match.phase === 'result') return afterResult({ ...moved, elapsed: match.elapsed + elapsed });
  if (match.isPaused) return whilePaused(moved, elapsed);
  if (players.some(({ missingMs }) => missingMs > MISSING_MS)) return { ...moved, isPaused: true, backMs: 0 };
  const timed = { ...moved, elapsed: match.elapsed + elapsed };
  return match.phase === 'ready' ? afterReady(timed, random) : tried(timed, age);
}

/**
 * Index of the winner of the game; null for a draw, and for a player alone.
 * @param {Match} match
 */
export function winnerOf({ totals }) {
  if (totals.length < 2 || totals[0] === totals[1]) return null;
  return totals[0] > totals[1] ? 0 : 1;
}

/**
 * The round begins again: in the meantime everybody could have prepared.
 * @param {Match} match
 * @param {number} elapsed
 * @returns {Match}
 */
function whilePaused(match, elapsed) {
  const isBack = match.players.every(({ missingMs }) => missingMs === 0);
  const backMs = isBack ? match.backMs + elapsed : 0;
  if (backMs < BACK_MS) return { ...match, backMs };
  return { ...match, phase: 'ready', elapsed: 0, isPaused: false, backMs: 0 };
}

/**
 * @param {Match} match
 * @param {() => number} random
 * @returns {Match}
 */
function afterReady(match, random) {
  if (match.elapsed < READY_MS) return match;
  const { labels, bag, label: last, players } = match;
  const shown = (/** @type {string} */ label) => Math.max(...players.map(({ face }) => scoreOf(face, labels, label)));
  return {
    ...match, ...nextLabel(bag, last, shown, labels, random), phase: 'show', elapsed: 0, tries: players.map(() => NO_TRY),
  };
}

/**
 * @param {Match} match
 * @param {number} age
 * @returns {Match}
 */
function tried(match, age) {
  const { players, labels, label, elapsed } = match;
  const ms = elapsed - age;
  const tries = match.tries.map((before, index) => {
    const { face, missingMs } = players[index];
    // A picture from before the expression was asked for does not count.
    if (missingMs > 0 || ms < 0 || label === null) return before;
    const height = heightOf(scoreOf(face, labels, label));
    const reachedMs = before.reachedMs ?? (height >= REACHED ? ms : null);
    return { height, points: Math.max(before.points, pointsOf(height, ms)), reachedMs };
  });
  const first = Math.min(...tries.map(({ reachedMs }) => reachedMs ?? Infinity));
  const isOver = elapsed >= ROUND_MS || elapsed >= first + GRACE_MS || tries.every(({ height }) => height === 1);
  return isOver ? endRound({ ...match, tries }) : { ...match, tries };
}

/**
 * @param {Match} match
 * @returns {Match}
 */
function endRound(match) {
  const { tries, totals, rounds, label } = match;
  const winner = roundWinner(tries);
  const points = tries.map((each, index) => each.points + (index === winner ? BONUS : 0));
  return {
    ...match, phase: 'result', elapsed: 0, totals: totals.map((total, index) => total + points[index]),
    rounds: [...rounds, { label: label ?? '', points, winner }],
  };
}

/**
 * Of two players: who made the expression sooner; at the same time, or if nobody did, who has more points.
 * @param {readonly Try[]} tries
 * @returns {number|null}
 */
function roundWinner(tries) {
  if (tries.length < 2) return null;
  const [one, other] = tries.map(({ reachedMs }) => reachedMs ?? Infinity);
  if (one !== other) return one < other ? 0 : 1;
  if (tries[0].points === tries[1].points) return null;
  return tries[0].points > tries[1].points ? 0 : 1;
}

/**
 * @param {Match} match
 * @returns {Match}
 */
function afterResult(match) {
  if (match.elapsed < RESULT_MS) return match;
  const round = match.round + 1;
  if (round === ROUNDS) return { ...match, phase: 'over', elapsed: 0 };
  return { ...match, phase: 'ready', round, elapsed: 0 };
}

/**
 * @param {GameFace} face
 * @param {readonly string[]} labels
 * @param {string} label
 */
function scoreOf({ smoothed }, labels, label) {
  return smoothed[labels.indexOf(label)] ?? 0;
}
