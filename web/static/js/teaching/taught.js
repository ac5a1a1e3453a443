// What was taught, as the rest of the page sees it: names, pictures and colours of own expressions. Pure.

/** Of the page's background for an own expression with a picture of its own. */
const OWN_HUE = 'happy';

/**
 * The pack with the pictures of own expressions.
 * @param {Pack} pack
 * @param {readonly RoundTarget[]} taught
 * @returns {Pack} the same one if there are none
 */
export function withOwn(pack, taught) {
  const own = taught.filter(({ label, emoji }) => emoji !== null && !Object.hasOwn(pack.emojis, label));
  if (own.length === 0) return pack;
  const pictures = own.map(({ label, emoji }) => [label, pictureOf(emoji ?? '', pack)]).filter(([, url]) => url);
  return { ...pack, emojis: { ...pack.emojis, ...Object.fromEntries(pictures) } };
}

/**
 * @param {string} emoji  a data: URL, or a label of the pack
 * @param {Pack} pack
 */
export function pictureOf(emoji, pack) {
  return emoji.startsWith('data:') ? emoji : pack.emojis[emoji] ?? '';
}

/**
 * The label whose colour the page's background has.
 * @param {string} label
 * @param {readonly RoundTarget[]} taught
 */
export function hueOf(label, taught) {
  const own = taught.find((each) => each.label === label && each.emoji !== null);
  if (!own) return label;
  return own.emoji?.startsWith('data:') ? OWN_HUE : own.emoji ?? label;
}

/**
 * Those that this server's model can use.
 * @param {readonly TaughtExpression[]} taught
 * @param {string} model  sha256
 */
export function usable(taught, model) {
  return taught.filter((each) => each.model === model);
}

/**
 * With one more example, or with this one alone.
 * @param {readonly TaughtExpression[]} taught
 * @param {RoundTarget} target
 * @param {string} example
 * @param {{model: string, adds: boolean, most: number}} how  `most`: examples of one label
 * @returns {readonly TaughtExpression[]}
 */
export function withExample(taught, { label, name, emoji }, example, { model, adds, most }) {
  const old = taught.find((each) => each.label === label);
  const kept = adds && old?.model === model ? old.examples.slice(0, most - 1) : [];
  const changed = { label, name, emoji, model, examples: [...kept, example] };
  return old ? taught.map((each) => (each === old ? changed : each)) : [...taught, changed];
}
