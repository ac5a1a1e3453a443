// The page's only state object: its shape is State in types.d.ts. Pure.

const PHASES_WITH_VIDEO = new Set(['connecting', 'live', 'reconnecting', 'blocked', 'full']);

/**
 * @param {Phase} phase
 * @param {Settings} settings
 * @param {ExpressionHistory} history
 * @returns {State}
 */
export function initialState(phase, settings, history) {
  return {
    phase, isUnanswered: false, settings, history, labels: history.labels, serverMessage: null,
    problem: null, retrySeconds: null, ...nothingSeen(),
    frames: 0, notice: null, readout: null, timing: null, paused: false, defaults: null, maxFps: 30,
    hasMotion: null, living: 'waiting',
    model: '', modelLabels: history.labels, teaching: undefined, taught: [],
    devices: [], device: '', source: 'camera', mirrored: settings.mirror, recordingMs: null, dragging: false,
  };
}

/**
 * The part of the state that comes from answers, empty: for every phase but `live`.
 * @returns {Pick<State, 'faces'|'facesAt'|'faceNumbers'|'expression'|'scores'|'hint'|'round'|'hold'>}
 */
export function nothingSeen() {
  return {
    faces: [], facesAt: 0, faceNumbers: new Map(), expression: null, scores: null, hint: null, round: null,
    hold: null,
  };
}

/**
 * Whether the camera is on and its picture is shown.
 * @param {Phase} phase
 */
export function showsVideo(phase) {
  return PHASES_WITH_VIDEO.has(phase);
}

/**
 * Whether there is something to stop: the camera, the connection or the permission prompt.
 * @param {Phase} phase
 */
export function canStop(phase) {
  return phase === 'asking' || showsVideo(phase);
}
