// The short spring with which a new emoji replaces the old one: they overlap for a moment. Pure.

/** Ends before the next change of expression can come. */
export const SPRING_MS = 320;

/** A new emoji starts at this size and swings once above the full size. */
const START = 0.66;
const DECAY = 3.2;
const SWING = 1.9 * Math.PI;

/** Parts of the time in which the new one appears and the old one disappears. */
const APPEARS = 0.25;
const LEAVES = 0.5;

/**
 * How the new emoji is drawn.
 * @param {number} share  of SPRING_MS that has passed
 * @returns {EmojiLook}
 */
export function enteringAt(share) {
  if (share >= 1) return { scale: 1, opacity: 1 };
  const swing = Math.exp(-DECAY * share) * Math.cos(SWING * share) * (1 - share ** 2);
  return { scale: 1 - (1 - START) * swing, opacity: Math.min(1, share / APPEARS) };
}

/**
 * How the old emoji is drawn, below the new one.
 * @param {number} share  of SPRING_MS that has passed
 * @returns {EmojiLook} of opacity 0 when it is gone
 */
export function leavingAt(share) {
  const left = Math.max(0, 1 - share / LEAVES);
  return { scale: 0.8 + 0.2 * left, opacity: left };
}

/**
 * The same for an element, to be animated in SPRING_MS.
 * @param {(share: number) => EmojiLook} lookAt
 * @returns {Keyframe[]}
 */
export function keyframesOf(lookAt) {
  return Array.from({ length: 17 }, (_, index) => {
    const { scale, opacity } = lookAt(index / 16);
    return { transform: `scale(${scale.toFixed(4)})`, opacity };
  });
}
