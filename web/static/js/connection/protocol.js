// Protocol 1 as the page hears it: from the text of a message to an object of a known shape, or null.

/** The version this page speaks. */
export const PROTOCOL = 1;

/**
 * @param {unknown} text  the data of a message event
 * @returns {Message|null} null for what this page has no use for: binary, not JSON, an unknown type, a broken shape
 */
export function readMessage(text) {
  if (typeof text !== 'string') return null;
  const message = parsed(text);
  return message && CHECKS[message.type]?.(message) ? /** @type {Message} */ (message) : null;
}

/**
 * What the server spent on a frame. The whole where it is given, the stages where they add up to more.
 * @param {Record<string, number>} timing
 */
export function serverMs(timing) {
  const stages = ['queue', 'decode', 'detect', 'classify', 'track'];
  const sum = stages.reduce((total, stage) => total + (timing[stage] ?? 0), 0);
  return Math.max(timing.total ?? 0, sum);
}

/** @type {Readonly<Record<string, (message: any) => boolean>>} */
const CHECKS = {
  hello: (m) => isNumber(m.protocol) && isList(m.labels, isText) && m.labels.length > 0
    && isTuning(m.settings) && isText(m.model?.sha256)
    && ['frame_bytes', 'frame_pixels', 'fps', 'credits'].every((name) => m.limits?.[name] > 0),
  result: (m) => isNumber(m.frame) && isList(m.faces, isFace) && typeof (m.timing_ms ?? 0) === 'object',
  dropped: (m) => isNumber(m.frame) && (m.retry_after_ms === undefined || isNumber(m.retry_after_ms)),
  configured: (m) => isTuning(m.settings),
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
    && isList(face.scores, isNumber) && (!face.landmarks || isList(face.landmarks, (point) => isList(point, isNumber)));
}

/** @param {any} settings */
function isTuning(settings) {
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
function isNumber(value) {
  return typeof value === 'number' && Number.isFinite(value);
}

/** @param {unknown} value */
function isText(value) {
  return typeof value === 'string';
}
