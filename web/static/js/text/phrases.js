// Texts that depend on the page's state, built from the messages.

import { format, isHere, t } from './i18n.js';

/**
 * The emoji of each phase.
 * @type {Readonly<Record<Phase, string>>}
 */
const EMOJIS = {
  idle: 'happy', asking: 'happy', denied: 'sad', 'no-camera': 'no-face', 'in-use': 'neutral', lost: 'fear',
  insecure: 'unsure', unsupported: 'unsure', connecting: 'happy', live: 'no-face', reconnecting: 'unsure',
  blocked: 'unsure', full: 'surprise', refused: 'angry',
};

/**
 * @param {Phase} phase
 * @returns {PhaseTexts}
 */
export function textsOf(phase) {
  return t.phases[phase];
}

/**
 * What the phase explains point by point; on the server's own computer in words that say so.
 * @param {Phase} phase
 */
export function pointsOf(phase) {
  const { points = [], pointsHere } = textsOf(phase);
  return isHere && pointsHere ? pointsHere : points;
}

/** @param {Phase} phase */
export function emojiOf(phase) {
  return EMOJIS[phase];
}

/** Names of own expressions that differ from their labels: those of files that were made elsewhere. */
let ownNames = /** @type {ReadonlyMap<string, string>} */ (new Map());
/** @type {unknown} what they were made of */
let named = null;

/** @param {readonly {label: string, name: string}[]} expressions  own ones; their names count from now on */
export function useNames(expressions) {
  if (expressions === named) return;
  named = expressions;
  ownNames = new Map(expressions.filter(({ label, name }) => name !== label).map(({ label, name }) => [label, name]));
}

/**
 * The displayed name of a label: its message, or the own expression's name, or for another model's label the label
 * itself, capitalised.
 * @param {string} label
 */
export function nameOf(label) {
  const own = ownNames.get(label);
  if (own) return own;
  return Object.hasOwn(t.names, label)
    ? t.names[/** @type {keyof typeof t.names} */ (label)] : label.charAt(0).toUpperCase() + label.slice(1);
}

/**
 * The name of a face's label with its share. Without the share while another expression has a larger one: then a change
 * is being decided.
 * @param {Face} face
 */
export function nameWithShare({ label, confidence, smoothed }) {
  const leads = label !== 'unsure' && confidence >= Math.max(...smoothed);
  return leads ? `${nameOf(label)} ${percent(confidence)}` : nameOf(label);
}

/**
 * The name of an emoji pack in the page's language; those of other people have one name.
 * @param {Pack} pack
 */
export function packName({ id, name }) {
  return Object.hasOwn(t.packs, id) ? t.packs[/** @type {keyof typeof t.packs} */ (id)] : name;
}

/** @param {number} n  expressions that were taught, one at least */
export function taughtText(n) {
  return n === 1 ? t.teaching.one : format(t.teaching.some, { n });
}

/** @param {string|null} expression */
export function tipFor(expression) {
  return expression === 'no-face' || expression === 'unsure' ? t.tips[expression] : '';
}

/**
 * Name, unit and explanation of a figure of the timing panel. A stage that the messages do not name has its own name.
 * @param {string} name
 * @returns {readonly string[]}
 */
export function figureTexts(name) {
  return Object.hasOwn(t.timing, name) ? t.timing[/** @type {keyof typeof t.timing} */ (name)] : [name, 'ms', ''];
}

/** @param {number} share  0 to 1 */
export function percent(share) {
  return `${Math.round(share * 100)}\u00a0%`;
}

/** @param {number} seconds */
export function countdown(seconds) {
  return seconds > 0 ? format(t.retryIn, { n: seconds }) : t.retryNow;
}

/** @param {Readout} readout */
export function readoutText({ ms, fps, reducedBy }) {
  return [format(t.readout, { ms, fps }), ...(reducedBy ? [t.reduced[reducedBy]] : [])].join(' · ');
}

/** @param {number} ms */
export function clock(ms) {
  const seconds = Math.floor(ms / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
