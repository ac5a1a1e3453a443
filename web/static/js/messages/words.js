// Every text of the page that depends on its state, put together from the messages of its language.

import { say, t } from './i18n.js';

/**
 * The emoji that stands for a phase.
 * @type {Readonly<Record<Phase, string>>}
 */
const FACES = {
  idle: 'happy', asking: 'happy', denied: 'sad', 'no-camera': 'no-face', 'in-use': 'neutral', lost: 'fear',
  insecure: 'unsure', connecting: 'happy', live: 'no-face', reconnecting: 'unsure', full: 'surprise', refused: 'angry',
};

/**
 * @param {Phase} phase
 * @returns {Words}
 */
export function wordsFor(phase) {
  return t.phases[phase];
}

/** @param {Phase} phase */
export function faceFor(phase) {
  return FACES[phase];
}

/**
 * The name of a label for people. A label of another model is shown as it is, with a capital.
 * @param {string} label
 */
export function nameOf(label) {
  return Object.hasOwn(t.names, label)
    ? t.names[/** @type {keyof typeof t.names} */ (label)] : label.charAt(0).toUpperCase() + label.slice(1);
}

/** @param {string|null} expression */
export function tipFor(expression) {
  return expression === 'no-face' || expression === 'unsure' ? t.tips[expression] : '';
}

/** @param {number} share  0 to 1 */
export function percent(share) {
  return `${Math.round(share * 100)}\u00a0%`;
}

/** @param {number} seconds */
export function countdown(seconds) {
  return seconds > 0 ? say(t.retryIn, { n: seconds }) : t.retryNow;
}

/** @param {Readout} readout */
export function readoutWords({ ms, fps, reducedBy }) {
  return [say(t.readout, { ms, fps }), ...(reducedBy ? [t.reduced[reducedBy]] : [])].join(' · ');
}

/** @param {number} ms */
export function clockWords(ms) {
  const seconds = Math.floor(ms / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
