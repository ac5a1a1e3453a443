// What somebody chose, kept in this browser. Pure but for the storage that is handed in.

/** @type {Readonly<Settings>} */
export const DEFAULTS = Object.freeze({
  mode: 'beside', pack: '', theme: 'system', camera: '', facing: 'user', resolution: 720, mirror: true,
  smoothing_s: null, margin: null, floor: null, fps: null, size: 0, resting: null,
});

/** The smoothing and its kin, which the server has defaults of. */
export const TUNING = /** @type {const} */ (['smoothing_s', 'margin', 'floor']);

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
  fps: (value) => value === null || within(value, 1, 240),
  size: oneOf(0, 1, 2),
  resting: (value) => value === null
    || (isText(value?.model) && Array.isArray(value.scores) && value.scores.every(isShare)),
};

/**
 * Where they are kept; a browser that blocks storage throws at the very mention of it, so it is mentioned only in here.
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
 * @returns {Settings} the defaults for what is missing, unknown or out of range
 */
export function loadSettings(store) {
  try {
    return checked(JSON.parse(store.getItem(KEY) ?? '{}'));
  } catch {
    return DEFAULTS;
  }
}

/**
 * Without a place to keep them (a private window) they hold until the page is left.
 * @param {Store} store
 * @param {Settings} settings
 */
export function saveSettings(store, settings) {
  try {
    store.setItem(KEY, JSON.stringify(settings));
  } catch {
    // Full or forbidden.
  }
}

/**
 * @param {any} found
 * @returns {Settings}
 */
export function checked(found) {
  const has = (/** @type {string} */ name) => Object.hasOwn(found ?? {}, name);
  const known = Object.entries(CHECKS).filter(([name, check]) => has(name) && check(found[name]));
  return { ...DEFAULTS, ...Object.fromEntries(known.map(([name]) => [name, found[name]])) };
}

/**
 * The value of a control of the page, as a setting.
 * @param {string} name
 * @param {string|boolean} value
 */
export function fromControl(name, value) {
  const isNumber = name in CHECKS && ['resolution', 'size', 'fps', ...TUNING].includes(name);
  return { [name]: isNumber ? Number(value) : value };
}

/**
 * A resting face counts as neutral: a model without that label cannot be told of one.
 * @param {readonly string[]} labels
 */
export function canRest(labels) {
  return labels.includes('neutral');
}

/**
 * The scores of the kept resting face, where they are of the model that answers; else null. One that does not fit
 * would have the server refuse all of a `configure`, the smoothing too.
 * @param {Settings} settings
 * @param {string} model  sha256
 * @param {readonly string[]} labels  what it knows
 */
export function restingFor({ resting }, model, labels) {
  if (!resting || resting.model !== model || !canRest(labels)) return null;
  return resting.scores.length === labels.length && resting.scores.some(Boolean) ? resting.scores : null;
}

/**
 * The `configure` of the wire.
 * @param {Settings} settings
 * @param {Tuning} defaults  the server's
 * @param {string} model  sha256 of the one that answers
 * @param {readonly string[]} labels  what it knows
 */
export function configureText(settings, defaults, model, labels) {
  const values = Object.fromEntries(TUNING.map((name) => [name, settings[name] ?? defaults[name]]));
  const resting = restingFor(settings, model, labels);
  return JSON.stringify({ type: 'configure', ...values, ...('resting' in defaults && { resting }) });
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
