// Adapts the frame rate and the frame size to the server, the network and this device. Pure.
//
// Once a second, from the answers of that second (the answer that starts the second is not counted). All are medians, so
// that a single stall counts nothing:
//   Rest = from sending a frame to its answer, without the server's time and the time in which the page's own thread was
//   busy (page-lag.js): the network.
//   Lateness = time in the server's queue + how much the rest exceeds the shortest rest of this connection. The time from
//   sending to the answer is not used: a client that connects to an overloaded server has never seen a fast one.
//   Own time = encoding + the page's own thread being busy: this device.
//   1. Slow network (rest above `farMs`, or the previous frame was still in the send buffer at most checks): the next
//      smaller size, if there is one. A slow network is relieved by fewer bytes.
//   2. Otherwise overload (queue time above `lateMs`, or more than `lostShare` of the frames dropped): the rate becomes
//      `backOff` times the rate of results, at least `overloadFps`. At that rate: the next smaller size.
//   3. Otherwise a busy device (own time above `ownMs`) or a late network (lateness above `lateMs`): the same, but at least
//      `floorFps`.
//   4. Otherwise calm (no drop, lateness below `calmMs`, own time below `ownCalmMs`): the rate grows by `growFps` times the
//      number of calm seconds in a row, slowly at first because other clients may be growing too. At the full rate, after
//      `sizeCalm` calm seconds with a rest below `nearMs`: the next larger size.
//   5. Otherwise nothing changes. The gap between the two thresholds prevents oscillation.
// If the server runs on this device there is no network: what would be its slowness is that of the device.
//
// The rate falls before the size on a busy server: the rate of results is this client's share of the server, so one
// step brings all clients below the server's capacity. The size costs only faces far from the camera.
//
// lab/bench/adapt.py has the rule for server and network in Python; a test compares the numbers.

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
  // At a lower rate the emoji visibly lags behind the face.
  floorFps: 8,
  // The floor while the server says that it has too much to do. Twice the two results a second wanted, because some
  // frames are dropped.
  overloadFps: 4,
  // A frame of 25 kB takes about 200 ms over 1 Mbit/s. Below `nearMs` the larger size fits again.
  farMs: 250,
  nearMs: 150,
  sizeCalm: 5,
  // Encoding takes about 10 ms; at 120 a device gives eight frames a second.
  ownMs: 120,
  ownCalmMs: 60,
  // Added to the shortest rest each second, because the network changes.
  forgetMs: 2,
};

/** Fractions of the full width. The last is 320 of 480 pixels; below that, faces at arm's length blur. */
export const SCALES = [1, 5 / 6, 2 / 3];

/**
 * @param {number} limitFps  what the server allows
 * @param {boolean} isLocal  the server runs on this device
 * @returns {Pace}
 */
export function startPace(limitFps, isLocal = false) {
  return { limitFps, isLocal, fps: limitFps, step: 0, calm: 0, bestRestMs: Infinity, cause: null, tally: null };
}

/**
 * @param {Pace} pace
 * @param {AnswerTiming} timing
 * @param {number} now  milliseconds
 * @returns {Pace}
 */
export function paceOfResult(pace, { tripMs, serverMs, queueMs, encodeMs, lagMs }, now) {
  const restMs = Math.max(0, tripMs - serverMs - lagMs);
  const bestRestMs = Math.min(pace.bestRestMs, restMs);
  return addAnswer({ ...pace, bestRestMs }, { queueMs, restMs, ownMs: encodeMs + lagMs }, now);
}

/**
 * @param {Pace} pace
 * @param {number} now
 * @returns {Pace}
 */
export function paceOfDrop(pace, now) {
  return addAnswer(pace, null, now);
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
 * @param {AnswerTimes|null} answer  null for a drop
 * @param {number} now
 * @returns {Pace}
 */
function addAnswer(pace, answer, now) {
  const { tally } = pace;
  if (!tally) return { ...pace, tally: emptyTally(now) };
  const sum = answer ? { ...tally, answers: [...tally.answers, answer] } : { ...tally, drops: tally.drops + 1 };
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
function changesFor(pace, { answers, drops, blocked, checks, since }, now) {
  const rest = median(answers.map(({ restMs }) => restMs));
  const queue = median(answers.map(({ queueMs }) => queueMs));
  const own = median(answers.map(({ ownMs }) => ownMs));
  const late = answers.length > 0 ? queue + rest - pace.bestRestMs : 0;
  const gotFps = (answers.length * 1000) / (now - since);
  const slowNetwork = rest > RULE.farMs || blocked > checks / 2;
  const overload = queue > RULE.lateMs || drops > RULE.lostShare * (answers.length + drops);
  if (slowNetwork && !pace.isLocal && pace.step < SCALES.length - 1) return smallerSize(pace, 'network');
  if (overload) return slower(pace, gotFps, RULE.overloadFps, 'server');
  if (own > RULE.ownMs || (slowNetwork && pace.isLocal)) return slower(pace, gotFps, RULE.floorFps, 'device');
  if (late > RULE.lateMs) return slower(pace, gotFps, RULE.floorFps, pace.isLocal ? 'device' : 'network');
  if (drops > 0 || late > RULE.calmMs || own > RULE.ownCalmMs) return { calm: 0 };
  return faster({ ...pace, calm: pace.calm + 1 }, rest < RULE.nearMs);
}

/**
 * @param {Pace} pace
 * @param {number} gotFps  results a second
 * @param {number} floorFps
 * @param {Cause} cause
 * @returns {Partial<Pace>}
 */
function slower(pace, gotFps, floorFps, cause) {
  const floor = Math.min(floorFps, pace.limitFps);
  // A rate below the floor comes from an overload that has ended.
  if (pace.fps <= floor) return { ...smallerSize(pace, cause), fps: floor };
  return { fps: Math.max(floor, RULE.backOff * Math.min(pace.fps, gotFps)), calm: 0, cause };
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
  return { since, answers: [], drops: 0, checks: 0, blocked: 0 };
}

/**
 * @param {readonly number[]} values
 * @returns {number} 0 without any
 */
function median(values) {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
