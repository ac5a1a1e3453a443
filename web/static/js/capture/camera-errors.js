// From the error of getUserMedia to a phase of the page, and whether to ask again with fewer wishes.

/**
 * By `name` of the DOMException: those of the specification, and older ones that some browsers still throw.
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
  // Firefox and Safari: the device exists but does not start.
  AbortError: 'in-use',
  SecurityError: 'denied',
};

/**
 * Whether the camera may start when no size is asked for. Drivers report a mode that fails like a camera in use.
 * @param {string} name  of the DOMException
 */
export function canRetry(name) {
  return phaseOfCameraError(name) === 'in-use' || name === 'OverconstrainedError';
}

/**
 * @param {string} name  of the DOMException
 * @returns {Phase} `lost` for an unknown name
 */
export function phaseOfCameraError(name) {
  return Object.hasOwn(PHASES, name) ? PHASES[name] : 'lost';
}
