// Credits: how many frames may be on their way and when the next may go. Pure: a flow and a time in, a flow out.
// Times are milliseconds of one clock (performance.now). At which rate and size they go is decided in adapt.js.

import { paceOfDrop, paceOfLook, paceOfResult, pacePaused, startPace } from './adapt.js';

/** Weight of a new round trip: follows a change of network within about ten answers, ignores one late packet. */
const WEIGHT = 0.2;

/** A drop says that the server has too much already: time before a second credit is used again. */
const CALM_MS = 5000;

/**
 * Smallest gap between two frames, as a part of the interval. Camera frames come on a grid of their own (33 ms), and
 * waiting for the whole interval would lose every frame that comes a moment early: 20 a second would become 15.
 * `due` still moves by a whole interval each time, so the rate over time is never above the limit.
 */
const SMALLEST_GAP = 0.5;

/**
 * @param {Limits} limits
 * @returns {Flow}
 */
export function startFlow(limits) {
  return {
    limits, sent: 0, held: [], credits: 1, due: 0, roundTripMs: null, networkMs: 0, oneUntil: 0,
    pace: startPace(limits.fps), learnFrom: -Infinity,
  };
}

/**
 * @param {Flow} flow
 * @param {number} now
 */
export function maySend(flow, now) {
  return flow.held.length < flow.credits && now >= flow.due;
}

/**
 * A frame goes: it spends a credit and gets the next number.
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
    held: [...flow.held, { frame, at: now }],
    due: Math.max(flow.due + interval, now + interval * SMALLEST_GAP),
  };
}

/**
 * Any answer that names a frame returns its credit; one for a frame that is not on its way changes nothing.
 * @param {Flow} flow
 * @param {FrameAnswer} answer
 * @param {number} now
 * @returns {Flow}
 */
export function frameAnswered(flow, answer, now) {
  const spent = flow.held.find((held) => held.frame === answer.frame);
  if (!spent) return flow;
  const held = flow.held.filter((other) => other !== spent);
  const due = Math.max(flow.due, now + (answer.retryMs ?? 0));
  const { timing } = answer;
  if (spent.at < flow.learnFrom) return { ...flow, held, due };
  if (answer.dropped) {
    return { ...flow, held, due, credits: 1, oneUntil: now + CALM_MS, pace: paceOfDrop(flow.pace, now) };
  }
  if (!timing) return { ...flow, held, due };
  const trip = now - spent.at;
  const network = Math.max(0, trip - timing.serverMs);
  const first = flow.roundTripMs === null;
  const roundTripMs = first ? trip : blend(flow.roundTripMs ?? trip, trip);
  const networkMs = first ? network : blend(flow.networkMs, network);
  return chooseCredits({ ...flow, held, due, roundTripMs, networkMs, pace: paceOfResult(flow.pace, timing, now) }, now);
}

/**
 * A new picture finds the last frame still in the browser, or gone.
 * @param {Flow} flow
 * @param {boolean} blocked
 * @returns {Flow}
 */
export function wayLookedAt(flow, blocked) {
  return { ...flow, pace: paceOfLook(flow.pace, blocked) };
}

/**
 * Somebody set a ceiling of the frame rate, or took it away. Who aimed at the old one aims at the new one.
 * @param {Flow} flow
 * @param {number} fps
 * @returns {Flow}
 */
export function flowLimited(flow, fps) {
  const { pace, limits } = flow;
  const limitFps = Math.min(limits.fps, fps);
  const aimed = pace.fps >= pace.limitFps ? limitFps : Math.min(pace.fps, limitFps);
  return { ...flow, pace: { ...pace, limitFps, fps: aimed } };
}

/**
 * The tab was hidden or shown: what is on its way now, and how long that took, says nothing about the server.
 * @param {Flow} flow
 * @param {number} now
 * @returns {Flow}
 */
export function flowPaused(flow, now) {
  return { ...flow, learnFrom: now, pace: pacePaused(flow.pace) };
}

/**
 * How long the oldest frame has waited for its answer; 0 when none is on its way.
 * @param {Flow} flow
 * @param {number} now
 */
export function longestWaitMs(flow, now) {
  return flow.held.length ? now - flow.held[0].at : 0;
}

/**
 * A second credit fills the time that frames spend on the network. It helps nothing while the server answers
 * within a frame interval, and where the server itself is slow it only makes answers older (design: one credit
 * 103 ms, two 179 ms). The two pairs of limits lie apart so that the choice does not flutter.
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
