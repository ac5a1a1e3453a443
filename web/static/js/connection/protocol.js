// Reads the server's messages of protocol 1 and checks their fields. docs/protocol.md describes them.

/** Version of the protocol that this page supports. */
export const PROTOCOL = 1;

/**
 * @param {unknown} text  the data of a message event
 * @returns {Message|null} null if it is binary, not JSON, of an unknown type or has invalid fields
 */
export function readMessage(text) {
  if (typeof text !== 'string') return null;
  const message = parsed(text);
  return message && CHECKS[message.type]?.(message) ? /** @type {Message} */ (message) : null;
}

/**
 * The server's time for a frame: `total`, or the sum of the stages where that is larger.
 * @param {Readonly<Record<string, number>>} timing  milliseconds by stage
 */
export function serverMs({ total = 0, ...stages }) {
  return Math.max(total, Object.values(stages).reduce((sum, ms) => sum + ms, 0));
}

/** @type {Readonly<Record<string, (message: any) => boolean>>} by type */
const CHECKS = {
  hello: (m) => isNumber(m.protocol) && isList(m.labels, isText) && m.labels.length > 0
    && areSettings(m.settings) && isText(m.model?.sha256)
    && ['frame_bytes', 'frame_pixels', 'fps', 'credits'].every((name) => m.limits?.[name] > 0),
  result: (m) => isNumber(m.frame) && isList(m.faces, isFace) && typeof (m.timing_ms ?? 0) === 'object',
  dropped: (m) => isNumber(m.frame) && (m.retry_after_ms === undefined || isNumber(m.retry_after_ms)),
  configured: (m) => areSettings(m.settings),
  example: (m) => (m.example === null || isText(m.example)) && (!m.closest || isText(m.closest.label)),
  taught: (m) => isList(m.labels, isText) && isList(m.examples, isNumber) && m.labels.length === m.examples.length,
  error: (m) => (m.frame === null || isNumber(m.frame)) && isText(m.message),
};

/**
 * @param {string} text
 * @returns {{type: string}|null}
 */
function parsed(text) {
  try {
    const value = JSON.parse(text);
    return value && typeof value === 'object' && Object.hasOwn(CHECKS, value.type) ? value : null;
  } catch {
    return null;
  }
}

/** @param {any} face */
function isFace(face) {
  return isNumber(face?.id) && isText(face.label) && isNumber(face.confidence)
    && isList(face.box, isNumber) && face.box.length === 4 && isList(face.smoothed, isNumber)
    && isList(face.scores, isNumber) && (!face.landmarks || isList(face.landmarks, areNumbers))
    && Object.values(face.outputs ?? {}).every(areNumbers);
}

/** @param {any} settings */
function areSettings(settings) {
  return ['smoothing_s', 'margin', 'floor'].every((name) => isNumber(settings?.[name]));
}

/**
 * @param {unknown} value
 * @param {(item: unknown) => boolean} check
 */
function isList(value, check) {
  return Array.isArray(value) && value.every(check);
}

/** @param {unknown} value */
function areNumbers(value) {
  return isList(value, isNumber);
}

/** @param {unknown} value */
function isNumber(value) {
  return typeof value === 'number' && Number.isFinite(value);
}

/** @param {unknown} value */
function isText(value) {
  return typeof value === 'string';
}
