// The one state object of the page: its shape and its beginning. Nothing here touches the document.

import { canRest } from './settings/settings.js';

/** Phases in which the camera is on and its picture is on the page. */
const WATCHING = new Set(['connecting', 'live', 'reconnecting', 'full']);

/**
 * @param {Phase} phase
 * @param {Settings} settings
 * @param {Session} session
 * @returns {State}
 */
export function initialState(phase, settings, session) {
  return {
    phase, settings, session, labels: session.labels, said: null, seconds: null, ...nothingSeen(), frames: 0,
    notice: null, readout: null, hood: null, paused: false, defaults: null, mostFps: 30,
    canRest: canRest(session.labels),
    devices: [], device: '', source: 'camera', mirrored: settings.mirror, recordingMs: null, dragging: false,
  };
}

/**
 * The part of the state that comes from answers, empty: for every phase that is not live.
 * @returns {Pick<State, 'faces'|'slots'|'expression'|'bars'|'hint'|'learning'>}
 */
export function nothingSeen() {
  return { faces: [], slots: new Map(), expression: null, bars: null, hint: null, learning: null };
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
