// How much to send: the frame rate to aim at and the size of the picture, from what became of earlier frames. Pure.
//
// The rule, once a second, from the answers of that second (it begins with an answer, which is not counted):
//   An answer's age is what the server worked on it, what it waited there (`queue`), and the rest: the browser and
//   the network. It is late by its `queue` plus its rest beyond the shortest rest seen on this connection. (Not by
//   its age: who comes when the server is already full has never seen a young answer.)
//   1. Slow way (the mean rest is over `farMs`, or most of the time a frame was still leaving the browser): the next
//      smaller size, while there is one. Bytes are what such a way feels.
//   2. Else busy (the mean lateness is over `lateMs`, or over `lostShare` of the frames were dropped): the rate falls
//      to `backOff` times the results that came, but not under `floorFps`. From the floor: the next smaller size.
//   3. Else calm (no drop, mean lateness under `calmMs`): the rate grows by `growFps` times the calm seconds in a
//      row. Slow at first, since everybody else may be growing too; a load that is gone for good is forgotten in ten
//      seconds. At the full rate, after `sizeCalm` of them and with a mean rest under `nearMs`: the next larger size.
//   4. Else nothing changes: between the two thresholds there is nothing to swing about.
//
// Rate before size on both ways: a rate under ten is seen as a stutter at once; the picture that is sent is not
// seen at all, and costs only faces far from the camera. And the rate falls to what the server managed to answer,
// because that is this page's share: one step and all pages together are below what it can do.
//
// tests/bench has the same rule in Python, and a test that compares the tables.

/** The numbers of the rule. */
export const RULE = {
  // Shorter, and at the lowest rate a second has too few answers to judge by; longer, and answers age meanwhile.
  periodMs: 1000,
  lateMs: 150,
  calmMs: 75,
  // One unlucky frame of thirty is no reason; a server that has too much drops far more.
  lostShare: 0.1,
  backOff: 0.8,
  growFps: 0.5,
  // Less does not follow a face. Twice the two a second that everybody should get, for those that are dropped.
  floorFps: 4,
  // A picture of 25 kB takes this long over 1 Mbit/s; going back is for a way on which the larger one fits again.
  farMs: 250,
  nearMs: 150,
  sizeCalm: 5,
  // The network changes: the shortest rest is forgotten by so many milliseconds a second.
  forgetMs: 2,
};

/** Sizes to send: parts of the full width. The last is 320 of 480 pixels; below that faces at arm's length blur. */
export const SCALES = [1, 5 / 6, 2 / 3];

/**
 * @param {number} limitFps  what the server allows
 * @returns {Pace}
 */
export function startPace(limitFps) {
  return { limitFps, fps: limitFps, step: 0, calm: 0, bestRestMs: Infinity, cause: null, tally: null };
}

/**
 * @param {Pace} pace
 * @param {Timing} timing
 * @param {number} now  milliseconds
 * @returns {Pace}
 */
export function paceOfResult(pace, { ageMs, serverMs, queueMs }, now) {
  const restMs = Math.max(0, ageMs - serverMs);
  const bestRestMs = Math.min(pace.bestRestMs, restMs);
  const lateMs = queueMs + restMs - bestRestMs;
  return counted({ ...pace, bestRestMs }, { results: 1, lateMs, restMs }, now);
}

/**
 * @param {Pace} pace
 * @param {number} now
 * @returns {Pace}
 */
export function paceOfDrop(pace, now) {
  return counted(pace, { drops: 1 }, now);
}

/**
 * A look at the way, at every new picture of the camera.
 * @param {Pace} pace
 * @param {boolean} blocked  the last frame has not left the browser
 * @returns {Pace}
 */
export function paceOfLook(pace, blocked) {
  const { tally } = pace;
  if (!tally) return pace;
  return { ...pace, tally: { ...tally, looks: tally.looks + 1, blocked: tally.blocked + Number(blocked) } };
}

/**
 * The second that has begun is not to be judged by: the tab was hidden.
 * @param {Pace} pace
 * @returns {Pace}
 */
export function pacePaused(pace) {
  return { ...pace, tally: null };
}

/**
 * Whether so much less is sent than the server allows that it is worth a word.
 * @param {Pace} pace
 */
export function isReduced({ fps, limitFps, step }) {
  return step > 0 || fps < limitFps / 2;
}

/**
 * @param {Pace} pace
 * @param {Partial<Tally>} answer
 * @param {number} now
 * @returns {Pace}
 */
function counted(pace, { results = 0, drops = 0, lateMs = 0, restMs = 0 }, now) {
  const { tally } = pace;
  if (!tally) return { ...pace, tally: emptyTally(now) };
  const sum = {
    ...tally,
    results: tally.results + results,
    drops: tally.drops + drops,
    lateMs: tally.lateMs + lateMs,
    restMs: tally.restMs + restMs,
  };
  if (now - sum.since < RULE.periodMs) return { ...pace, tally: sum };
  const forgot = { ...pace, bestRestMs: pace.bestRestMs + RULE.forgetMs, tally: emptyTally(now) };
  return { ...forgot, ...judged(forgot, sum, now) };
}

/**
 * @param {Pace} pace
 * @param {Tally} tally
 * @param {number} now
 * @returns {Partial<Pace>} what changes
 */
function judged(pace, tally, now) {
  const { results, drops } = tally;
  const late = results ? tally.lateMs / results : 0;
  const rest = results ? tally.restMs / results : 0;
  const slowWay = rest > RULE.farMs || tally.blocked > tally.looks / 2;
  const busy = late > RULE.lateMs || drops > RULE.lostShare * (results + drops);
  if (slowWay && pace.step < SCALES.length - 1) return smaller(pace, 'way');
  if (busy) {
    const floor = Math.min(RULE.floorFps, pace.limitFps);
    if (pace.fps <= floor) return smaller(pace, 'server');
    const got = (results * 1000) / (now - tally.since);
    return { fps: Math.max(floor, RULE.backOff * Math.min(pace.fps, got)), calm: 0, cause: 'server' };
  }
  if (drops > 0 || late > RULE.calmMs) return { calm: 0 };
  return grown({ ...pace, calm: pace.calm + 1 }, rest < RULE.nearMs);
}

/**
 * @param {Pace} pace
 * @param {Cause} cause
 * @returns {Partial<Pace>}
 */
function smaller({ step }, cause) {
  return { step: Math.min(step + 1, SCALES.length - 1), calm: 0, cause };
}

/**
 * @param {Pace} pace
 * @param {boolean} near
 * @returns {Partial<Pace>}
 */
function grown({ fps, limitFps, step, calm, cause }, near) {
  if (fps < limitFps) return { fps: Math.min(limitFps, fps + RULE.growFps * calm), calm };
  if (step === 0) return { calm, cause: null };
  return near && calm >= RULE.sizeCalm ? { step: step - 1, calm: 0, cause } : { calm };
}

/**
 * @param {number} since
 * @returns {Tally}
 */
function emptyTally(since) {
  return { since, results: 0, drops: 0, lateMs: 0, restMs: 0, looks: 0, blocked: 0 };
}
