// The file with what was taught (docs/teaching.md): written for the export, and checked whole when it is imported. Pure.

import { bytesOf } from './example.js';

const FORMAT = 1;

/** Larger than 20 labels with five examples and a picture each. */
export const MAX_FILE_BYTES = 12_000_000;

/** Of the server's protocol: characters of a label, and of an example in base64. */
export const MAX_NAME = 40;
const MAX_EXAMPLE = 4096;
const MAX_EXAMPLES = 5;
const MAX_OWN = 20;

/** Characters of a picture as a data: URL. One of 256 pixels takes up to 180,000. */
export const MAX_PICTURE = 400_000;

/** Pixels only: a picture of another kind could refer to other addresses. */
const PICTURE = /^data:image\/(png|webp|jpeg);base64,[A-Za-z0-9+/]+={0,2}$/;

/** Letters of any script, digits, signs and emojis, with single spaces between them. */
const NAME = /^[^\p{C}\p{Z}]+( [^\p{C}\p{Z}]+)*$/u;

const RESERVED = new Set(['unsure', 'no-face']);

/**
 * Whether an expression of one's own may have this name.
 * @param {unknown} name
 * @returns {name is string}
 */
export function isName(name) {
  return typeof name === 'string' && [...name].length <= MAX_NAME && NAME.test(name) && !RESERVED.has(name);
}

/**
 * @param {readonly TaughtExpression[]} expressions
 * @param {string} model  sha256: those that were taught to another model are left out
 */
export function facesText(expressions, model) {
  const kept = expressions.filter((each) => each.model === model)
    .map(({ label, name, emoji, examples }) => ({ label, name, emoji, examples }));
  return JSON.stringify({ format: FORMAT, model, expressions: kept }, null, 1);
}

/**
 * @param {string} text  of a file
 * @param {{model: string, labels: readonly string[]}} server  its model: sha256 and labels
 * @returns {{expressions: readonly TaughtExpression[]}|{fault: FileFault}}
 */
export function readFaces(text, { model, labels }) {
  const file = parsed(text);
  if (!file || typeof file !== 'object') return { fault: { kind: 'noJson' } };
  if (file.format !== FORMAT || !Array.isArray(file.expressions)) return { fault: { kind: 'otherFormat' } };
  if (file.model !== model) return { fault: { kind: 'otherModel' } };
  if (file.expressions.length === 0) return { fault: { kind: 'empty' } };
  /** @type {TaughtExpression[]} */
  const expressions = [];
  for (const [index, each] of file.expressions.entries()) {
    const what = faultOf(each, labels);
    const label = typeof each?.label === 'string' ? each.label.slice(0, MAX_NAME) : String(index + 1);
    if (what) return { fault: { kind: what, label } };
    if (expressions.some((other) => other.label === each.label)) return { fault: { kind: 'twice', label } };
    const { name = each.label, emoji = null, examples } = each;
    expressions.push({ label: each.label, name, emoji, examples, model });
  }
  if (expressions.filter(({ label }) => !labels.includes(label)).length > MAX_OWN) return { fault: { kind: 'tooMany' } };
  return { expressions };
}

/**
 * What the browser's storage gave back: whatever of it is not as it was stored is left out.
 * @param {unknown} stored
 * @returns {readonly TaughtExpression[]}
 */
export function checkedStored(stored) {
  if (!Array.isArray(stored)) return [];
  return stored.filter((each) => typeof each?.model === 'string' && faultOf(each, []) === null);
}

/**
 * @param {any} expression
 * @param {readonly string[]} labels  of the model
 * @returns {ExpressionFault|null}
 */
function faultOf(expression, labels) {
  const { label, name = label, emoji = null, examples } = expression ?? {};
  if (!labels.includes(label) && (!isName(label) || !isName(name))) return 'name';
  // Not a picture of its own: the label of a pack's picture, and never an address.
  if (emoji !== null && !isPicture(emoji) && (!isName(emoji) || /[:/]/.test(emoji))) return 'picture';
  if (!Array.isArray(examples) || examples.length === 0 || examples.length > MAX_EXAMPLES) return 'examples';
  return examples.every(isExample) ? null : 'examples';
}

/** @param {unknown} text */
export function isPicture(text) {
  return typeof text === 'string' && text.length <= MAX_PICTURE && PICTURE.test(text);
}

/** @param {unknown} text */
function isExample(text) {
  if (typeof text !== 'string' || text.length > MAX_EXAMPLE) return false;
  const bytes = bytesOf(text);
  return bytes !== null && bytes.length > 2 && bytes.length % 2 === 0;
}

/** @param {string} text */
function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
