// What a living emoji shows of a face: how much of each expression, and its motion. Pure.

import { lowest, restOf } from './motion-track.js';
import { poseOf } from './pose.js';

/** The names of the motion values (docs/protocol.md); other outputs of a face do not move the emoji. */
const MOTION = [
  'yaw', 'pitch', 'roll', 'mouth_open', 'mouth_width', 'mouth_smile', 'mouth_pucker', 'eye_left', 'eye_right',
  'brow_left', 'brow_right', 'brow_frown',
];

/**
 * How much further than the face an emoji goes from rest: it has few lines, and drawn as measured, a head turned by 15 degrees
 * or a raised brow is not noticed beside a picture (looked at with lab.browser.living).
 */
const GAINS = /** @type {Readonly<Record<string, number>>} */ ({
  yaw: 1.6, pitch: 1.5, mouth_open: 1.4, brow_left: 1.5, brow_right: 1.5, eye_left: 1.2, eye_right: 1.2,
});

/** Values that change their sign in a mirror, and values that change places. */
const SIGNED = ['yaw', 'roll'];
const SIDES = [['eye_left', 'eye_right'], ['brow_left', 'brow_right']];

/** A roll of 1, in radians. */
export const FULL_ROLL = Math.PI / 4;

/** Width of a face at arm's length as a fraction of the frame's, and how much more or less is `near` 1 or -1. */
const USUAL_WIDTH = 0.28;
const WIDTH_RANGE = 0.25;

/**
 * Scores are raised to this power before they become parts of a face: at 1, an expression that leads with 50 % would be
 * drawn half, and look like none.
 */
const CLARITY = 2;

/** The shown label is drawn as if its score were this many times as large: emoji and name must not disagree. */
const LEAD = 1.5;

/**
 * @param {Face} face
 * @param {boolean} mirrored
 * @returns {Values|null} the motion of its emoji, as the view shows it; null if the face has no motion values
 */
export function motionOf({ outputs = {} }, mirrored) {
  const motion = /** @type {Record<string, number>} */ ({});
  for (const name of MOTION) {
    const value = outputs[name]?.[0];
    if (value === undefined) continue;
    const rest = restOf(name);
    motion[name] = Math.min(1, Math.max(lowest(name), rest + (GAINS[name] ?? 1) * (value - rest)));
  }
  if (Object.keys(motion).length === 0) return null;
  return mirrored ? mirrorMotion(motion) : motion;
}

/**
 * What a picture can do of it: tilt, and grow when the face comes nearer.
 * @param {Face} face
 * @param {number} shape  of the frame, width by height
 * @param {boolean} mirrored
 * @returns {Values|null} roll and near, -1 to 1; null from a detector without landmarks
 */
export function leanOf(face, shape, mirrored) {
  if (!face.landmarks) return null;
  const { angle } = poseOf(face, { x: 0, y: 0, w: shape, h: 1 }, mirrored);
  const near = (face.box[2] - USUAL_WIDTH) / WIDTH_RANGE;
  return { roll: Math.min(1, Math.max(-1, angle / FULL_ROLL)), near: Math.min(1, Math.max(-1, near)) };
}

/**
 * As in a mirror: left and right change places.
 * @param {Values} motion
 * @returns {Record<string, number>}
 */
export function mirrorMotion(motion) {
  const mirrored = { ...motion };
  for (const name of SIGNED) if (name in motion) mirrored[name] = -motion[name];
  for (const [left, right] of SIDES) {
    if (!(left in motion && right in motion)) continue;
    mirrored[left] = motion[right];
    mirrored[right] = motion[left];
  }
  return mirrored;
}

/**
 * @param {string} label  shown for the face
 * @param {readonly string[]} labels  in the order of the scores
 * @param {readonly number[]} scores  smoothed
 * @returns {Values} parts of each expression, 0 to 1, of sum 1; `unsure` and `no-face` are alone
 */
export function weightsOf(label, labels, scores) {
  if (!labels.includes(label)) return { [label]: 1 };
  const parts = labels.map((each, index) => [each, (each === label ? LEAD : 1) * Math.max(0, scores[index] ?? 0) ** CLARITY]);
  return balanced(Object.fromEntries(parts), labels) ?? { [label]: 1 };
}

/**
 * @param {Values} parts  0 or more, by name
 * @param {readonly string[]} names  those that are kept
 * @returns {Record<string, number>|null} of sum 1; null if nothing is left
 */
export function balanced(parts, names) {
  const sum = names.reduce((total, name) => total + (parts[name] ?? 0), 0);
  if (sum <= 0) return null;
  return Object.fromEntries(names.filter((name) => parts[name] > 0).map((name) => [name, parts[name] / sum]));
}
