// Where the points of a rig's shapes are: its expressions blended by their shares, moved by the motion values, and turned
// with the head. Pure. server/render/rig.py has the same steps; tests compare the two.

/** The motion values and their values at rest; an eye at rest is open. */
export const RESTS = /** @type {const} */ ({
  yaw: 0,
  pitch: 0,
  roll: 0,
  mouth_open: 0,
  mouth_width: 0,
  mouth_smile: 0,
  mouth_pucker: 0,
  eye_left: 1,
  eye_right: 1,
  brow_left: 0,
  brow_right: 0,
  brow_frown: 0,
});

/**
 * Sets the share of each expression; they add up to 1. Without any it is the neutral one, else the first.
 * @param {Rig} rig
 * @param {Readonly<Record<string, number>>} weights
 */
export function setShares({ labels, shares }, weights) {
  let sum = 0;
  for (let index = 0; index < labels.length; index++) {
    const weight = weights[labels[index]];
    shares[index] = weight > 0 && weight < Infinity ? weight : 0;
    sum += shares[index];
  }
  if (sum < 1e-6) {
    shares.fill(0);
    shares[Math.max(0, labels.indexOf('neutral'))] = sum = 1;
  }
  for (let index = 0; index < shares.length; index++) shares[index] /= sum;
}

/**
 * How far a motion value is from rest, -1 to 1; an eye: how far it is closed.
 * @param {Readonly<Record<string, number>>} motion
 * @param {string} name
 */
export function deflection(motion, name) {
  const rest = RESTS[/** @type {keyof typeof RESTS} */ (name)];
  const value = motion[name] ?? rest;
  const away = rest ? rest - value : value;
  return Number.isFinite(away) ? Math.min(1, Math.max(-1, away)) : 0;
}

/**
 * How much of a move is done.
 * @param {RigMove} move
 * @param {Readonly<Record<string, number>>} motion
 */
export function shareOf({ by, side }, motion) {
  const away = deflection(motion, by);
  return side === 0 ? away : Math.max(0, side * away);
}

/**
 * The opacity or the width of a shape.
 * @param {RigShape} shape
 * @param {'opacity'|'width'} field
 * @param {Float64Array} shares
 * @param {Readonly<Record<string, number>>} motion
 */
export function numberOf(shape, field, shares, motion) {
  let value = dot(shape[field], shares);
  for (const move of shape.moves) {
    const added = move[field];
    if (added) value += shareOf(move, motion) * dot(added, shares);
  }
  return Math.max(0, value);
}

/**
 * Puts the blended values into `target`.
 * @param {Float64Array} target
 * @param {RigBlend<Float64Array>} blend
 * @param {Float64Array} shares
 */
export function blendInto(target, blend, shares) {
  target.fill(0);
  addBlend(target, blend, shares, 1);
}

/**
 * Computes the points of a shape into `shape.at`.
 * @param {Rig} rig
 * @param {RigShape} shape
 * @param {Readonly<Record<string, number>>} motion
 */
export function placePoints(rig, shape, motion) {
  blendInto(shape.at, shape.points, rig.shares);
  for (const move of shape.moves) {
    const share = move.points ? shareOf(move, motion) : 0;
    if (move.points && share) addBlend(shape.at, move.points, rig.shares, share);
  }
  if (shape.depth || shape.round) turn(shape, rig, motion);
}

/**
 * @param {Float64Array} target
 * @param {RigBlend<Float64Array>} blend
 * @param {Float64Array} shares
 * @param {number} factor
 */
function addBlend(target, { values, of }, shares, factor) {
  for (let label = 0; label < shares.length; label++) {
    const by = factor * shares[label];
    if (of[label] < 0 || by === 0) continue;
    const value = values[of[label]];
    for (let index = 0; index < target.length; index++) target[index] += by * value[index];
  }
}

/**
 * Turns points of a plane before the ball, or on the ball, with the head: they shift, nothing is squashed.
 * @param {RigShape} shape
 * @param {Rig} rig
 * @param {Readonly<Record<string, number>>} motion
 */
function turn({ at, depth, round }, { ball, turn: [yawDegrees, pitchDegrees] }, motion) {
  const yaw = (deflection(motion, 'yaw') * yawDegrees * Math.PI) / 180;
  const pitch = (deflection(motion, 'pitch') * pitchDegrees * Math.PI) / 180;
  if (!yaw && !pitch) return;
  const [x, y, rx, ry] = ball;
  const [right, down] = [Math.sin(yaw), -Math.sin(pitch)];
  const [narrow, flat] = round ? [1 - Math.cos(yaw), 1 - Math.cos(pitch)] : [0, 0];
  for (let index = 0; index < at.length; index += 2) {
    const u = (at[index] - x) / rx;
    const v = (at[index + 1] - y) / ry;
    const height = depth + (round ? Math.sqrt(Math.max(0, 1 - u * u - v * v)) : 0);
    at[index] += rx * (height * right - u * narrow);
    at[index + 1] += ry * (height * down - v * flat);
  }
}

/**
 * @param {Float64Array} values
 * @param {Float64Array} shares
 */
function dot(values, shares) {
  let sum = 0;
  for (let index = 0; index < shares.length; index++) sum += values[index] * shares[index];
  return sum;
}
