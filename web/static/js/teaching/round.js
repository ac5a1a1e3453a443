// The guided round in which a user shows expressions one after the other: its steps and their times. Pure.
// teacher.js runs it: it keeps the time, asks the server for the examples and sends what was taught.

import { stepOf } from './round-step.js';

/** To see the emoji and make its face; longer before the first one, to read what happens. */
export const READY_MS = 1100;
export const FIRST_READY_MS = 2800;

/** How long a face is held: long enough for a mean of some frames, short enough not to freeze. */
export const HOLD_MS = 1500;

/** An expression of one's own is new to everybody, so it is shown for longer. */
export const OWN_HOLD_MS = 3000;

/** In which the page shows what it reads now. */
export const FELT_MS = 800;

/** To read why an example was refused, before it is asked for again. */
export const REFUSED_MS = 2600;

/** Refusals in a row after which the page waits for the user. */
const MAX_TRIES = 3;

/** An answer later than this after the hold will not come: the frames or the answer were lost. */
export const ANSWER_MS = 5000;

/**
 * An example this near to one of another label is pointed out; share of the server's `closest`. On five people's posed
 * faces, taught in turn, the page then asks about 3 % of different expressions, and about 70 % of those shown twice; at 0.6
 * it asks about 7 and 76 %.
 */
export const ALIKE = 0.9;

/**
 * The labels of a round: neutral first, since the others are read in comparison with it.
 * @param {readonly string[]} labels
 */
export function inOrder(labels) {
  return [...labels.filter((label) => label === 'neutral'), ...labels.filter((label) => label !== 'neutral')];
}

/**
 * @param {readonly RoundTarget[]} targets  at least one
 * @param {number} now
 * @param {{holdMs?: number, adds?: boolean}} [how]  `adds`: the examples are added to those that are there
 * @returns {TeachingRound}
 */
export function startRound(targets, now, { holdMs = HOLD_MS, adds = false } = {}) {
  const steps = targets.map((target) => ({ ...target, result: null }));
  return { ...enter({ steps, holdMs, adds }, 0, now), readyMs: FIRST_READY_MS };
}

/**
 * When `advance` changes the round; null if only an answer or the user does.
 * @param {TeachingRound} round
 * @returns {number|null}
 */
export function dueAt({ phase, since, readyMs, holdMs, tries }) {
  if (phase === 'ready') return since + readyMs;
  if (phase === 'holding') return since + holdMs + ANSWER_MS;
  if (phase === 'felt') return since + FELT_MS;
  return phase === 'refused' && tries < MAX_TRIES ? since + REFUSED_MS : null;
}

/**
 * The round when the time has passed.
 * @param {TeachingRound} round
 * @param {number} now
 * @returns {TeachingRound} the same one if nothing is due
 */
export function advance(round, now) {
  const due = dueAt(round);
  if (due === null || now < due) return round;
  if (round.phase === 'ready') return { ...round, phase: 'holding', since: now };
  if (round.phase === 'holding') return refuse(round, 'no_answer', now);
  if (round.phase === 'refused') return { ...round, phase: 'ready', since: now, readyMs: READY_MS };
  return enter(round, next(round, round.index + 1), now);
}

/**
 * @param {TeachingRound} round
 * @param {ExampleAnswer} answer  of the server, to the example of this step
 * @param {number} now
 * @returns {TeachingRound} in phase `felt` the example is to be taught
 */
export function answered(round, { example, reason, closest }, now) {
  if (round.phase !== 'holding') return round;
  if (example === null) return refuse(round, reason ?? 'no_face', now);
  const { label } = stepOf(round);
  if (closest && closest.label !== label && closest.share >= ALIKE) {
    return { ...round, phase: 'alike', since: now, example, alike: closest.label };
  }
  return feel({ ...round, example }, now);
}

/**
 * Keeps an example that looks like another label's.
 * @param {TeachingRound} round
 * @param {number} now
 * @returns {TeachingRound}
 */
export function keep(round, now) {
  return round.phase === 'alike' ? feel(round, now) : round;
}

/**
 * Shows the expression of this step again, or the one before it while nothing of this one was shown.
 * @param {TeachingRound} round
 * @param {number} now
 * @returns {TeachingRound}
 */
export function again(round, now) {
  const isBack = (round.phase === 'ready' || round.phase === 'holding') && round.tries === 0;
  const index = Math.min(round.index, round.steps.length - 1);
  return enter(round, Math.max(0, isBack ? index - 1 : index), now);
}

/**
 * The step from its beginning: the tab was hidden meanwhile.
 * @param {TeachingRound} round
 * @param {number} now
 * @returns {TeachingRound}
 */
export function restart(round, now) {
  return round.phase === 'done' || round.phase === 'alike' ? round : enter(round, next(round, round.index), now);
}

/**
 * @param {TeachingRound} round
 * @param {number} now
 * @returns {TeachingRound}
 */
export function skip(round, now) {
  const { index } = round;
  const steps = round.steps.map((step, at) => (at === index && step.result === null
    ? { ...step, result: /** @type {const} */ ('skipped') } : step));
  return enter({ ...round, steps }, next(round, index + 1), now);
}

/**
 * The ring around the face: empty until the face is to be held.
 * @param {TeachingRound|null} round
 * @returns {Hold|null}
 */
export function ringOf(round) {
  if (round?.phase === 'ready') return { since: round.since + round.readyMs, ms: round.holdMs, isBare: true };
  if (round?.phase === 'holding') return { since: round.since, ms: round.holdMs, isBare: true };
  return null;
}

/** @param {TeachingRound} round */
export function taughtIn({ steps }) {
  return steps.filter(({ result }) => result === 'taught');
}

/**
 * @param {Pick<TeachingRound, 'steps'|'holdMs'|'adds'>} round
 * @param {number} index
 * @param {number} since
 * @returns {TeachingRound}
 */
function enter({ steps, holdMs, adds }, index, since) {
  const phase = index < steps.length ? 'ready' : 'done';
  return { steps, holdMs, adds, index, phase, since, readyMs: READY_MS, tries: 0, reason: null, example: null, alike: null };
}

/**
 * The first step from this one on that was not taught yet: after going back, what was taught is not asked for again.
 * @param {TeachingRound} round
 * @param {number} from
 */
function next({ steps }, from) {
  let index = from;
  while (index < steps.length && steps[index].result === 'taught') index += 1;
  return index;
}

/**
 * @param {TeachingRound} round
 * @param {number} since
 * @returns {TeachingRound}
 */
function feel(round, since) {
  const steps = round.steps.map((step, at) => (at === round.index
    ? { ...step, result: /** @type {const} */ ('taught') } : step));
  return { ...round, steps, phase: 'felt', since, alike: null };
}

/**
 * @param {TeachingRound} round
 * @param {RefusalReason} reason
 * @param {number} since
 * @returns {TeachingRound}
 */
function refuse(round, reason, since) {
  return { ...round, phase: 'refused', since, reason, tries: round.tries + 1 };
}
