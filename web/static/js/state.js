// The one state object of the page: its shape and its beginning. Nothing here touches the document.

/**
 * What the page is doing. `lost` is the camera that worked and then stopped.
 * @typedef {'idle'|'asking'|'denied'|'no-camera'|'in-use'|'lost'|'insecure'|'connecting'|'live'
 *   |'reconnecting'|'full'|'refused'} Phase
 */

/**
 * @typedef {object} Readout
 * @property {number} ms  age of an answer, from capture to answer
 * @property {number} fps  answers a second
 * @property {import('./adapt.js').Cause|null} reducedBy  why less is sent than the server allows; null when it is not
 */

/**
 * @typedef {object} State
 * @property {Phase} phase
 * @property {string|null} said  the server's own words about a refusal; null without any
 * @property {number|null} seconds  until the next attempt to connect; null when none is waiting
 * @property {readonly string[]} labels  in the order of the scores
 * @property {readonly import('./protocol.js').Face[]} faces  largest first, as the last answer had them
 * @property {string|null} expression  a label, `unsure` or `no-face`; null before the first answer
 * @property {readonly number[]|null} bars  probabilities in the order of the labels; null without a face
 * @property {number} frames  answers received since the page was loaded: results, drops and errors of frames
 * @property {string|null} notice  one calm line about a passing trouble
 * @property {Readout|null} readout
 * @property {boolean} paused  the tab is hidden, no frames are sent
 */

/** Phases in which the camera is on and its picture is on the page. */
const WATCHING = new Set(['connecting', 'live', 'reconnecting', 'full']);

/**
 * @param {readonly string[]} labels
 * @param {Phase} phase
 * @returns {State}
 */
export function initialState(labels, phase = 'idle') {
  return {
    phase, labels, said: null, seconds: null, ...nothingSeen(), frames: 0, notice: null, readout: null, paused: false,
  };
}

/**
 * The part of the state that comes from answers, empty: for every phase that is not live.
 * @returns {Pick<State, 'faces'|'expression'|'bars'>}
 */
export function nothingSeen() {
  return { faces: [], expression: null, bars: null };
}

/** @param {Phase} phase */
export function isWatching(phase) {
  return WATCHING.has(phase);
}

/**
 * Whether there is something to stop: the camera, the connection or the question for the camera.
 * @param {Phase} phase
 */
export function isRunning(phase) {
  return phase === 'asking' || isWatching(phase);
}
