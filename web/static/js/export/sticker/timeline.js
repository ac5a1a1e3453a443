// The pictures of a sticker, from what the emoji showed in three seconds. The last ones glide back to the first, so that the
// sticker repeats without a jump. Pure.

/** 15 pictures a second: smooth enough for a face, and few enough bytes. */
export const STEP_MS = 66;

/** After a change an emoji springs for a moment: scene/spring.js. */
const SETTLED_MS = 400;

/** Pictures that glide back to the first one. */
const RETURN = 7;

/**
 * @param {readonly StickerRecord[]} records  by time, from 0
 * @param {number} ms  length of the sticker
 * @returns {readonly StickerFrame[]} a picture that stays is one frame
 */
export function framesOf(records, ms) {
  const count = Math.max(1, Math.round(ms / STEP_MS));
  /** @type {StickerFrame[]} */
  const frames = [];
  const first = at(records, 0);
  for (let index = 0; index < count; index += 1) {
    const { label, look, changedAt, old } = at(records, index * STEP_MS);
    const back = (index - (count - 1 - RETURN)) / (RETURN + 1);
    const frame = {
      label, look: back > 0 ? between(look, first.look, back * back * (3 - 2 * back)) : look,
      ms: STEP_MS, old, changeMs: old === null ? Infinity : index * STEP_MS - changedAt,
    };
    const last = frames.at(-1);
    if (last && isSame(last, frame)) last.ms += STEP_MS;
    else frames.push(frame);
  }
  return frames;
}

/**
 * Every second frame, each for as long as two.
 * @param {readonly StickerFrame[]} frames
 * @returns {readonly StickerFrame[]}
 */
export function halved(frames) {
  return frames.flatMap((frame, index) => {
    if (index % 2 === 1) return [];
    return [Object.assign({ ...frame }, { ms: frame.ms + (frames[index + 1]?.ms ?? 0) })];
  });
}

/**
 * What was shown at a time, since when, and what before.
 * @param {readonly StickerRecord[]} records
 * @param {number} ms
 */
function at(records, ms) {
  let index = Math.max(0, records.filter((each) => each.ms <= ms).length - 1);
  const { label, look } = records[index];
  while (index > 0 && records[index - 1].label === label) index -= 1;
  return { label, look, changedAt: records[index].ms, old: records[index - 1]?.label ?? null };
}

/**
 * @param {Look|null} one
 * @param {Look|null} other
 * @param {number} part  of the other
 * @returns {Look|null} null without one of them
 */
function between(one, other, part) {
  if (!one || !other) return one;
  return {
    weights: mixed(one.weights, other.weights, part, () => 0),
    // A value that only one of them has stays.
    motion: mixed(one.motion, other.motion, part, (name) => one.motion[name] ?? other.motion[name]),
  };
}

/**
 * @param {Values} one
 * @param {Values} other
 * @param {number} part  of the other
 * @param {(name: string) => number} missing  the value of one that lacks it
 * @returns {Values}
 */
function mixed(one, other, part, missing) {
  const names = Object.keys({ ...one, ...other });
  return Object.fromEntries(names.map((name) => {
    const [from, to] = [one[name] ?? missing(name), other[name] ?? missing(name)];
    return [name, from + (to - from) * part];
  }));
}

/**
 * @param {StickerFrame} one
 * @param {StickerFrame} other
 */
function isSame(one, other) {
  return one.label === other.label && one.look === other.look && Math.min(one.changeMs, other.changeMs) > SETTLED_MS;
}
