// Credits: how many frames may be in flight, and when the next may be sent. Pure: takes and returns a Flow.
// Times are milliseconds of performance.now(). adapt.js decides the frame rate and size.

import { paceOfDrop, paceOfUplinkCheck, paceOfResult, pacePaused, startPace } from './adapt.js';

/** Weight of a new round-trip time: follows a change within about 10 answers, ignores a single late packet. */
const WEIGHT = 0.2;

/** A dropped frame means an overloaded server: the second credit is not used for this long. */
const CALM_MS = 5000;

/**
 * Smallest gap between two frames, as a fraction of the interval. Camera frames come every 33 ms; waiting for a whole
 * interval would skip each one that comes slightly early (20 a second would become 15). `due` advances by a whole
 * interval per frame, so the average rate never exceeds the limit.
 */
const SMALLEST_GAP = 0.5;

/**
 * @param {Limits} limits
 * @param {boolean} isLocal  the server runs on this device
 * @returns {Flow}
 */
export function startFlow(limits, isLocal = false) {
  return {
    limits, sent: 0, inFlight: [], credits: 1, due: 0, roundTripMs: null, networkMs: 0, oneUntil: 0,
    pace: startPace(limits.fps, isLocal), learnFrom: -Infinity,
  };
}

/**
 * @param {Flow} flow
 * @param {number} now
 */
export function maySend(flow, now) {
  return flow.inFlight.length < flow.credits && now >= flow.due;
}

/**
 * A frame was sent: it takes a credit and the next frame number.
 * @param {Flow} flow
 * @param {number} now
 * @returns {Flow}
 */
export function frameSent(flow, now) {
  const interval = intervalMs(flow);
  const frame = flow.sent + 1;
  return {
    ...flow,
    sent: frame,
    inFlight: [...flow.inFlight, { frame, at: now }],
    due: Math.max(flow.due + interval, now + interval * SMALLEST_GAP),
  };
}

/**
 * An answer that names a frame in flight returns its credit; any other changes nothing.
 * @param {Flow} flow
 * @param {FrameAnswer} answer
 * @param {number} now
 * @returns {Flow}
 */
export function frameAnswered(flow, answer, now) {
  const spent = flow.inFlight.find((each) => each.frame === answer.frame);
  if (!spent) return flow;
  const inFlight = flow.inFlight.filter((each) => each !== spent);
  const due = Math.max(flow.due, now + (answer.retryMs ?? 0));
  const { timing } = answer;
  if (spent.at < flow.learnFrom) return { ...flow, inFlight, due };
  if (answer.dropped) {
    return { ...flow, inFlight, due, credits: 1, oneUntil: now + CALM_MS, pace: paceOfDrop(flow.pace, now) };
  }
  if (!timing) return { ...flow, inFlight, due };
  const trip = now - spent.at;
  const network = Math.max(0, trip - timing.serverMs);
  const first = flow.roundTripMs === null;
  const roundTripMs = first ? trip : blend(flow.roundTripMs ?? trip, trip);
  const networkMs = first ? network : blend(flow.networkMs, network);
  const pace = paceOfResult(flow.pace, { ...timing, tripMs: trip }, now);
  return chooseCredits({ ...flow, inFlight, due, roundTripMs, networkMs, pace }, now);
}

/**
 * Records whether the previous frame was still in the send buffer.
 * @param {Flow} flow
 * @param {boolean} blocked
 * @returns {Flow}
 */
export function uplinkChecked(flow, blocked) {
  return { ...flow, pace: paceOfUplinkCheck(flow.pace, blocked) };
}

/**
 * The user's maximum frame rate changed. A pace that was at the old maximum goes to the new one.
 * @param {Flow} flow
 * @param {number} fps  Infinity for none
 * @returns {Flow}
 */
export function flowLimited(flow, fps) {
  const { pace, limits } = flow;
  const limitFps = Math.min(limits.fps, fps);
  const targetFps = pace.fps >= pace.limitFps ? limitFps : Math.min(pace.fps, limitFps);
  return { ...flow, pace: { ...pace, limitFps, fps: targetFps } };
}

/**
 * The tab was hidden or shown: the timing of the frames in flight says nothing about the server.
 * @param {Flow} flow
 * @param {number} now
 * @returns {Flow}
 */
export function flowPaused(flow, now) {
  return { ...flow, learnFrom: now, pace: pacePaused(flow.pace) };
}

/**
 * Milliseconds that the oldest frame in flight has waited for its answer; 0 without one.
 * @param {Flow} flow
 * @param {number} now
 */
export function oldestWaitMs(flow, now) {
  return flow.inFlight.length ? now - flow.inFlight[0].at : 0;
}

/**
 * A second credit uses the time that frames spend on the network. It brings nothing while the server answers within a
 * frame interval; with a slow server it only makes answers older (measured on a 100 ms job: 103 ms with one credit,
 * 179 ms with two). The thresholds differ (hysteresis) so that the choice does not alternate.
 * @param {Flow} flow
 * @param {number} now
 * @returns {Flow}
 */
function chooseCredits(flow, now) {
  const interval = intervalMs(flow);
  const trip = flow.roundTripMs ?? 0;
  const share = trip > 0 ? flow.networkMs / trip : 0;
  if (flow.credits === 1 && now >= flow.oneUntil && trip > interval && share > 1 / 2) {
    return { ...flow, credits: Math.max(1, flow.limits.credits) };
  }
  if (flow.credits > 1 && (trip < 0.8 * interval || share < 1 / 3)) return { ...flow, credits: 1 };
  return flow;
}

/** @param {Flow} flow */
function intervalMs({ pace }) {
  return 1000 / pace.fps;
}

/**
 * @param {number} old
 * @param {number} fresh
 */
function blend(old, fresh) {
  return old + WEIGHT * (fresh - old);
}
