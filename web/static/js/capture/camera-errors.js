// From the error of getUserMedia to a phase of the page.

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
 * @param {string} name  of the DOMException
 * @returns {Phase} `lost` for an unknown name
 */
export function phaseOfCameraError(name) {
  return Object.hasOwn(PHASES, name) ? PHASES[name] : 'lost';
}
