// The user's settings, stored in the browser. Pure, except for the storage passed in.

/** @type {Readonly<Settings>} */
export const DEFAULTS = Object.freeze({
  mode: 'beside', pack: '', theme: 'system', camera: '', facing: 'user', resolution: 720, mirror: true,
  smoothing_s: null, margin: null, floor: null, expressiveness: null, fps: null, size: 0, calibration: null,
  living: true, adapt: true,
});

/** Settings that are sent to the server, which has defaults for them. */
export const EXPRESSION_SETTINGS = /** @type {const} */ (['smoothing_s', 'margin', 'floor', 'expressiveness']);

const KEY = 'emojify';

/** @type {Readonly<Record<keyof Settings, (value: any) => boolean>>} */
const CHECKS = {
  mode: oneOf('beside', 'face'),
  pack: isText,
  theme: oneOf('system', 'light', 'dark'),
  camera: isText,
  facing: oneOf('user', 'environment'),
  resolution: oneOf(480, 720, 1080),
  mirror: oneOf(true, false),
  smoothing_s: (value) => value === null || within(value, 0, 5),
  margin: (value) => value === null || isShare(value),
  floor: (value) => value === null || isShare(value),
  expressiveness: (value) => value === null || within(value, -1, 1),
  fps: (value) => value === null || within(value, 1, 240),
  size: oneOf(0, 1, 2),
  living: oneOf(true, false),
  adapt: oneOf(true, false),
  calibration: (value) => value === null
    || (isText(value?.model) && Array.isArray(value.scores) && value.scores.every(isShare)),
};

/**
 * The browser's storage. Where storage is blocked, even reading `localStorage` throws, so it is read only when used.
 * @returns {Store}
 */
export function browserStore() {
  return {
    getItem: (key) => localStorage.getItem(key),
    setItem: (key, value) => localStorage.setItem(key, value),
  };
}

/**
 * @param {Store} store
 * @returns {Settings} defaults for whatever is missing, unknown or out of range
 */
export function loadSettings(store) {
  try {
    return checked(JSON.parse(store.getItem(KEY) ?? '{}'));
  } catch {
    return DEFAULTS;
  }
}

/**
 * Without storage (a private window) the settings last until the page is closed.
 * @param {Store} store
 * @param {Settings} settings
 */
export function saveSettings(store, settings) {
  try {
    store.setItem(KEY, JSON.stringify(settings));
  } catch {
    // Storage is full or blocked.
  }
}

/**
 * @param {any} stored
 * @returns {Settings}
 */
export function checked(stored) {
  // Version 0.1.0 stored the calibration as `resting`.
  const values = { calibration: stored?.resting, ...stored };
  const known = Object.entries(CHECKS).filter(([name, check]) => Object.hasOwn(values, name) && check(values[name]));
  return { ...DEFAULTS, ...Object.fromEntries(known.map(([name]) => [name, values[name]])) };
}

/**
 * A setting from the value of its control.
 * @param {string} name
 * @param {string|boolean} value
 */
export function fromControl(name, value) {
  const isNumber = name in CHECKS && ['resolution', 'size', 'fps', ...EXPRESSION_SETTINGS].includes(name);
  return { [name]: isNumber ? Number(value) : value };
}

/**
 * The scores of the resting face that an earlier version stored, if they fit the server's model, otherwise null. With scores that do not fit, the
 * server would refuse the whole `configure` message.
 * @param {Settings} settings
 * @param {string} model  sha256
 * @param {readonly string[]} labels  of the model
 */
export function calibrationFor({ calibration }, model, labels) {
  // That face counts as neutral, so the model must have that label.
  if (!calibration || calibration.model !== model || !labels.includes('neutral')) return null;
  const { scores } = calibration;
  return scores.length === labels.length && scores.some(Boolean) ? scores : null;
}

/**
 * The `configure` message (docs/protocol.md).
 * @param {Settings} settings
 * @param {ExpressionSettings} defaults  of the server
 * @param {{sha256: string, labels: readonly string[], isTaught: boolean}} model  of the server, and whether something
 *   was taught to it: that replaces the resting face
 * @param {boolean} motion  whether the server is to give motion values
 */
export function configureText(settings, defaults, { sha256, labels, isTaught }, motion) {
  const values = Object.fromEntries(EXPRESSION_SETTINGS.map((name) => [name, settings[name] ?? defaults[name]]));
  const resting = isTaught ? null : calibrationFor(settings, sha256, labels);
  // An older server lacks the newer ones.
  const { adapt } = settings;
  const newer = Object.entries({ resting, motion, adapt }).filter(([name]) => name in defaults);
  return JSON.stringify({ type: 'configure', ...values, ...Object.fromEntries(newer) });
}

/** @param {readonly unknown[]} values */
function oneOf(...values) {
  return (/** @type {unknown} */ value) => values.includes(value);
}

/** @param {unknown} value */
function isText(value) {
  return typeof value === 'string';
}

/** @param {unknown} value */
function isShare(value) {
  return within(value, 0, 1);
}

/**
 * @param {unknown} value
 * @param {number} low
 * @param {number} high
 */
function within(value, low, high) {
  return typeof value === 'number' && value >= low && value <= high;
}
