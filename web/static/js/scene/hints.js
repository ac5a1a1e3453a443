// At most one hint, derived from the quality of the faces or of the picture: a key of the messages. Pure.

/**
 * Mean grey of a face, 0 to 1: 0.3 to 0.7 in a lit room (0.2 with dark skin), 0.1 at night. Measured accuracy of the
 * model: 84 % at 0.16, 82 % at 0.10, 76 % at 0.06. More light helps only below this.
 */
const DARK = 0.12;

/** A face narrower than this fraction of the frame has fewer pixels than the model's 48. */
const FAR = 0.1;

/**
 * 0 is frontal, 1 is profile. Measured accuracy of the model: 84 % below 0.3, 71 % from 0.4 to 0.5, 64 % from 0.5 to
 * 0.6.
 */
const TURNED = 0.45;

/** A face with less detail is blurred; the server names no expression below 5. */
const BLURRED = 6;

/** Dwell time before a hint is shown or removed, so that a passing hand causes none. */
const DWELL_MS = 1500;

/** The same of what is wrong with the picture: a camera needs a second until its first pictures are bright. */
const FAULT_DWELL_MS = 2000;

/** @type {Hinting} */
export const NO_HINT = { shown: null, next: null, since: 0 };

/**
 * @param {Hinting} hinting
 * @param {readonly Face[]} faces  largest first
 * @param {number} now  milliseconds
 * @param {PictureFault|null} fault  of the picture, known while there is no face
 * @returns {Hinting}
 */
export function hintOf(hinting, faces, now, fault = null) {
  const next = faces.length > 0 ? needed(faces) : fault;
  if (next === hinting.shown) return { ...hinting, next, since: now };
  if (next !== hinting.next) return { ...hinting, next, since: now };
  const dwell = next && next === fault ? FAULT_DWELL_MS : DWELL_MS;
  return now - hinting.since < dwell ? hinting : { shown: next, next, since: now };
}

/**
 * The most useful hint: without light nothing else helps.
 * @param {readonly Face[]} faces
 * @returns {Hint|null}
 */
function needed([largest, ...others]) {
  const quality = largest?.quality;
  if (quality && quality.light < DARK) return 'dark';
  if (quality && quality.width < FAR) return 'far';
  if (quality && Math.abs(quality.turn ?? 0) > TURNED) return 'turned';
  if (quality && quality.detail < BLURRED) return 'blurred';
  return others.length > 0 ? 'several' : null;
}
