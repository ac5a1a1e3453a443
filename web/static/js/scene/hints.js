// One calm hint at a time, when it helps: from the quality of the faces to a key of the messages. Pure.

/**
 * Mean grey of a face, 0 to 1: in a lit room 0.3 to 0.7 (dark skin included: 0.2), at night 0.1. Measured, the model is
 * right in 84 % at 0.16, 82 % at 0.10 and 76 % at 0.06: light is worth asking for only below this.
 */
const DARK = 0.12;

/** A face narrower than this part of the frame has fewer pixels than the 48 that the model looks at. */
const FAR = 0.1;

/**
 * From here to profile (1) turning back helps: measured, the model is right in 84 % below 0.3, in 71 % from 0.4 to 0.5
 * and in 64 % from 0.5 to 0.6.
 */
const TURNED = 0.45;

/** It must last this long to be said, so that a passing hand says nothing; and as long to be taken back. */
const SETTLE_MS = 1500;

/** @type {Hinting} */
export const NO_HINT = { shown: null, next: null, since: 0 };

/**
 * @param {Hinting} hinting
 * @param {readonly Face[]} faces  largest first
 * @param {number} now  milliseconds
 * @returns {Hinting}
 */
export function hintOf(hinting, faces, now) {
  const next = needed(faces);
  if (next === hinting.shown) return { ...hinting, next, since: now };
  if (next !== hinting.next) return { ...hinting, next, since: now };
  return now - hinting.since < SETTLE_MS ? hinting : { shown: next, next, since: now };
}

/**
 * What matters most: without light nothing else helps.
 * @param {readonly Face[]} faces
 * @returns {Hint|null}
 */
function needed([largest, ...others]) {
  const quality = largest?.quality;
  if (quality && quality.light < DARK) return 'dark';
  if (quality && quality.width < FAR) return 'far';
  if (quality && Math.abs(quality.turn ?? 0) > TURNED) return 'turned';
  return others.length > 0 ? 'several' : null;
}
