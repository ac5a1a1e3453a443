// What a refused camera means for the page: from the name of a DOMException to a phase.

/**
 * The names of today's specification and the older ones that some browsers still throw.
 * @type {Readonly<Record<string, Phase>>}
 */
const PHASES = {
  NotAllowedError: 'denied',
  PermissionDeniedError: 'denied',
  PermissionDismissedError: 'denied',
  NotFoundError: 'no-camera',
  DevicesNotFoundError: 'no-camera',
  OverconstrainedError: 'no-camera',
  NotReadableError: 'in-use',
  TrackStartError: 'in-use',
  // Firefox and Safari say AbortError when the device is there but will not start.
  AbortError: 'in-use',
  SecurityError: 'denied',
};

/**
 * @param {string} name  the `name` of what getUserMedia rejected with
 * @returns {Phase} `lost` for anything unheard of: the camera does not work, and we do not know why
 */
export function phaseOfCameraError(name) {
  return Object.hasOwn(PHASES, name) ? PHASES[name] : 'lost';
}
