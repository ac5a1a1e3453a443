// Adapts the frame rate and the frame size to the server and the network. Pure.
//
// Once a second, from the answers of that second (the answer that starts the second is not counted):
//   Age of an answer = server processing + time in the server's queue + the rest (browser and network).
//   Lateness = queue time + how much the rest exceeds the shortest rest of this connection. Age is not used: a client
//   that connects to an overloaded server has never seen a young answer.
//   1. Slow network (mean rest above `farMs`, or the previous frame was still in the send buffer at most checks): the
//      next smaller size, if there is one. A slow network is relieved by fewer bytes.
//   2. Otherwise busy (mean lateness above `lateMs`, or more than `lostShare` of the frames dropped): the rate becomes
//      `backOff` times the rate of results, at least `floorFps`. At `floorFps`: the next smaller size.
//   3. Otherwise calm (no drop, mean lateness below `calmMs`): the rate grows by `growFps` times the number of calm
//      seconds in a row, slowly at first because other clients may be growing too. At the full rate, after `sizeCalm`
//      calm seconds with a mean rest below `nearMs`: the next larger size.
//   4. Otherwise nothing changes. The gap between the two thresholds prevents oscillation.
//
// The rate falls before the size on a busy server: the rate of results is this client's share of the server, so one
// step brings all clients below the server's capacity. The size costs only faces far from the camera.
//
// lab/bench/adapt.py has the same rule in Python; a test compares the numbers.

/** The numbers of the rule. */
export const RULE = {
  // Shorter: too few answers at the lowest rate. Longer: answers get old before the rate changes.
  periodMs: 1000,
  lateMs: 150,
  calmMs: 75,
  // One dropped frame of 30 is chance; an overloaded server drops far more.
  lostShare: 0.1,
  backOff: 0.8,
  growFps: 0.5,
  // A lower rate does not follow a face. Twice the two results a second wanted, because some frames are dropped.
  floorFps: 4,
  // A frame of 25 kB takes about 200 ms over 1 Mbit/s. Below `nearMs` the larger size fits again.
  farMs: 250,
  nearMs: 150,
  sizeCalm: 5,
  // Added to the shortest rest each second, because the network changes.
  forgetMs: 2,
};

/** Fractions of the full width. The last is 320 of 480 pixels; below that, faces at arm's length blur. */
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
 * @param {AnswerTiming} timing
 * @param {number} now  milliseconds
 * @returns {Pace}
 */
export function paceOfResult(pace, { ageMs, serverMs, queueMs }, now) {
  const restMs = Math.max(0, ageMs - serverMs);
  const bestRestMs = Math.min(pace.bestRestMs, restMs);
  const lateMs = queueMs + restMs - bestRestMs;
  return addAnswer({ ...pace, bestRestMs }, { results: 1, lateMs, restMs }, now);
}

/**
 * @param {Pace} pace
 * @param {number} now
 * @returns {Pace}
 */
export function paceOfDrop(pace, now) {
  return addAnswer(pace, { drops: 1 }, now);
}

/**
 * Counts whether the previous frame is still in the send buffer when the camera has a new picture.
 * @param {Pace} pace
 * @param {boolean} blocked  the previous frame has not left the browser
 * @returns {Pace}
 */
export function paceOfUplinkCheck(pace, blocked) {
  const { tally } = pace;
  if (!tally) return pace;
  return { ...pace, tally: { ...tally, checks: tally.checks + 1, blocked: tally.blocked + Number(blocked) } };
}

/**
 * Discards the second that has begun, because the tab was hidden.
 * @param {Pace} pace
 * @returns {Pace}
 */
export function pacePaused(pace) {
  return { ...pace, tally: null };
}

/**
 * Whether so much less is sent than the server allows that the page should say so.
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
function addAnswer(pace, { results = 0, drops = 0, lateMs = 0, restMs = 0 }, now) {
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
  return { ...forgot, ...changesFor(forgot, sum, now) };
}

/**
 * @param {Pace} pace
 * @param {Tally} tally
 * @param {number} now
 * @returns {Partial<Pace>} the changed fields
 */
function changesFor(pace, tally, now) {
  const { results, drops } = tally;
  const late = results ? tally.lateMs / results : 0;
  const rest = results ? tally.restMs / results : 0;
  const slowNetwork = rest > RULE.farMs || tally.blocked > tally.checks / 2;
  const busy = late > RULE.lateMs || drops > RULE.lostShare * (results + drops);
  if (slowNetwork && pace.step < SCALES.length - 1) return smallerSize(pace, 'network');
  if (busy) {
    const floor = Math.min(RULE.floorFps, pace.limitFps);
    if (pace.fps <= floor) return smallerSize(pace, 'server');
    const got = (results * 1000) / (now - tally.since);
    return { fps: Math.max(floor, RULE.backOff * Math.min(pace.fps, got)), calm: 0, cause: 'server' };
  }
  if (drops > 0 || late > RULE.calmMs) return { calm: 0 };
  return faster({ ...pace, calm: pace.calm + 1 }, rest < RULE.nearMs);
}

/**
 * @param {Pace} pace
 * @param {Cause} cause
 * @returns {Partial<Pace>}
 */
function smallerSize({ step }, cause) {
  return { step: Math.min(step + 1, SCALES.length - 1), calm: 0, cause };
}

/**
 * @param {Pace} pace
 * @param {boolean} near
 * @returns {Partial<Pace>}
 */
function faster({ fps, limitFps, step, calm, cause }, near) {
  if (fps < limitFps) return { fps: Math.min(limitFps, fps + RULE.growFps * calm), calm };
  if (step === 0) return { calm, cause: null };
  return near && calm >= RULE.sizeCalm ? { step: step - 1, calm: 0, cause } : { calm };
}

/**
 * @param {number} since
 * @returns {Tally}
 */
function emptyTally(since) {
  return { since, results: 0, drops: 0, lateMs: 0, restMs: 0, checks: 0, blocked: 0 };
}
