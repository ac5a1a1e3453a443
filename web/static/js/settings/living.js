// Whether the emoji lives, and if not, why. Pure.

/** Milliseconds. Drawing for longer than this keeps the page from 60 drawings a second. */
const SLOW_DRAW_MS = 8;

/** Answers a second that a busy device still gives: with fewer, an emoji moves late, and everything else is more urgent. */
const FEW_ANSWERS = 5;

/** For so long it is not a passing stall. */
const SLOW_FOR_MS = 5000;

/** The first time without living emojis; each further one is twice as long, since something else may have been the cause. */
const REST_MS = 60_000;

/** @type {LivingLoad} */
export const NO_LOAD = { slowSince: null, restUntil: 0, rests: 0, isTooMuch: false };

/**
 * @param {{isWanted: boolean, isReduced: boolean, hasRig: boolean, isOffered: boolean|null, isTooMuch: boolean}} facts
 *   isReduced: the system asks for reduced motion; isOffered: the server gives motion values, null before it said so;
 *   isTooMuch: it was too much for this device
 * @returns {LivingStatus}
 */
export function livingStatus({ isWanted, isReduced, hasRig, isOffered, isTooMuch }) {
  if (!isWanted) return 'off';
  if (isReduced) return 'reduced';
  if (isTooMuch) return 'slow';
  if (!hasRig) return 'pictures';
  if (isOffered === null) return 'waiting';
  return isOffered ? 'on' : 'server';
}

/**
 * What the page says about it under the hood: a key of the messages.
 * @param {Pick<State, 'living'|'phase'|'faces'>} state
 * @returns {keyof Messages['living']|null} null while it lives, is turned off or nothing is known
 */
export function livingNote({ living, phase, faces }) {
  if (living === 'off' || living === 'waiting') return null;
  if (living !== 'on') return living;
  return phase === 'live' && faces.length > 0 && faces[0].outputs?.yaw === undefined ? 'missing' : null;
}

/**
 * Whether living emojis cost this device too much.
 * @param {LivingLoad} load
 * @param {number} drawMs  mean time to draw the page
 * @param {Pick<Readout, 'fps'|'reducedBy'>} readout
 * @param {number} now
 * @returns {LivingLoad}
 */
export function addLoad(load, drawMs, { fps, reducedBy }, now) {
  if (now < load.restUntil) return load;
  const isStarved = reducedBy === 'device' && fps < FEW_ANSWERS;
  if (drawMs <= SLOW_DRAW_MS && !isStarved) return { ...load, slowSince: null, isTooMuch: false };
  const slowSince = load.slowSince ?? now;
  if (now - slowSince < SLOW_FOR_MS) return { ...load, slowSince, isTooMuch: false };
  return { slowSince: null, restUntil: now + REST_MS * 2 ** load.rests, rests: load.rests + 1, isTooMuch: true };
}
