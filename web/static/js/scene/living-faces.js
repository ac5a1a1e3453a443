// The faces as living emojis show them, moved in every animation frame: a look for each face, and one for the main emoji,
// which stays when its face has gone, and returns to rest. Pure.

import { leanOf, motionOf, weightsOf } from './living-look.js';
import { follow, goalsAt, isAhead, observeValues, restOf } from './motion-track.js';

/** Time constants: expressions glide into each other; a face that is gone returns to rest. */
const GLIDE_MS = 45;
const RETURN_MS = 160;

/** Under load the server leaves the motion values out of some answers; after this long without, the emoji is a picture. */
const MISSING_MS = 600;

/** Longer is not one step: the tab was hidden, or nothing has moved. */
const MAX_STEP_MS = 50;

export class LivingFaces {
  /** @type {Map<number, LivingFace>} by face id */
  #faces = new Map();
  /** @type {LivingFace|null} of the main emoji */
  #main = null;
  #last = 0;
  /** @type {readonly unknown[]} what was observed last */
  #seen = [];

  /**
   * To be called with every state; only new answers, and a new expression without one, are observed.
   * @param {LivingState} state
   * @param {number} shape  of the frame, width by height
   */
  render({ phase, living, faces, facesAt, expression, labels, mirrored, settings: { mode } }, shape) {
    const seen = [faces, expression, mirrored, living, mode];
    if (phase === 'live' && seen.every((each, index) => each === this.#seen[index])) return;
    this.#seen = seen;
    if (phase !== 'live' || (living !== 'on' && living !== 'pictures')) return this.#clear();
    const view = { at: facesAt, labels, mirrored, shape, hasRig: living === 'on' };
    // Beside the picture the largest face has the main emoji alone.
    const own = mode === 'face' ? faces : faces.slice(1);
    this.#faces = new Map(own.map((face) => [face.id, observed(this.#faces.get(face.id) ?? null, face, view)]));
    if (faces.length > 0) this.#main = observed(this.#main, faces[0], view);
    // Until then the expression is held: scene/expression-hold.js.
    else if (expression === 'no-face') this.#main = gone(this.#main, view);
  }

  /**
   * Moves all looks.
   * @param {number} now  of the animation frame
   * @returns {boolean} whether something still moves
   */
  move(now) {
    const elapsed = Math.min(MAX_STEP_MS, Math.max(0, now - this.#last));
    this.#last = now;
    this.#faces = new Map([...this.#faces].map(([id, face]) => [id, moved(face, now, elapsed)]));
    this.#main &&= moved(this.#main, now, elapsed);
    return [...this.#faces.values(), this.#main].some((face) => face?.isMoving);
  }

  /**
   * How the emoji of a face looks now; the same object until that changes.
   * @param {number} id  of the face
   * @returns {Look|null} null if it has no motion values
   */
  lookOf(id) {
    return this.#faces.get(id)?.look ?? null;
  }

  /** The same of the main emoji. */
  get main() {
    return this.#main?.look ?? null;
  }

  #clear() {
    this.#faces = new Map();
    this.#main = null;
  }
}

/**
 * @param {LivingFace|null} known
 * @param {Face} face  of a new answer
 * @param {LivingView} view
 * @returns {LivingFace}
 */
function observed(known, face, { at, labels, mirrored, shape, hasRig }) {
  const weights = hasRig ? weightsOf(face.label, labels, face.smoothed) : {};
  const motion = hasRig ? motionOf(face, mirrored) : leanOf(face, shape, mirrored);
  const look = known?.look ?? null;
  if (motion) return { look, weights, track: observeValues(known?.track ?? null, motion, at), isMoving: true };
  const last = known?.track?.samples.at(-1)?.at ?? -Infinity;
  if (!known || at - last > MISSING_MS) return { look: null, weights, track: null, isMoving: false };
  return { ...known, weights };
}

/**
 * Nobody is there.
 * @param {LivingFace|null} known
 * @param {LivingView} view
 * @returns {LivingFace}
 */
function gone(known, { hasRig }) {
  const weights = /** @type {Values} */ (hasRig ? { 'no-face': 1 } : {});
  return { look: known?.look ?? { weights, motion: {} }, weights, track: null, isMoving: true };
}

/**
 * @param {LivingFace} face
 * @param {number} now
 * @param {number} elapsed
 * @returns {LivingFace}
 */
function moved(face, now, elapsed) {
  const { look, track } = face;
  if (!look && !track) return face;
  const old = look ?? { weights: face.weights, motion: {} };
  const motion = follow(old.motion, track ? goalsAt(track, now) : restGoals(old.motion), elapsed);
  const weights = follow(old.weights, weightGoals(old.weights, face.weights, track ? GLIDE_MS : RETURN_MS), elapsed);
  const isSame = motion.values === look?.motion && weights.values === look.weights;
  return {
    ...face,
    look: isSame ? look : { weights: weights.values, motion: motion.values },
    isMoving: motion.moving || weights.moving || (track !== null && isAhead(track, now)),
  };
}

/** @param {Values} motion */
function restGoals(motion) {
  return Object.fromEntries(Object.keys(motion).map((name) => [name, { value: restOf(name), followMs: RETURN_MS }]));
}

/**
 * @param {Values} drawn
 * @param {Values} weights
 * @param {number} followMs
 * @returns {Record<string, Goal>}
 */
function weightGoals(drawn, weights, followMs) {
  const names = Object.keys({ ...drawn, ...weights });
  return Object.fromEntries(names.map((name) => [name, { value: weights[name] ?? 0, followMs, from: 0 }]));
}
