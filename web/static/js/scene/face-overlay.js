// The canvas over the video: boxes with tags, or emojis on the faces. It is never mirrored, so its text is readable.

import { drawBox, drawEmoji, drawTag } from './face-drawing.js';
import { colourOf } from './face-numbers.js';
import { pictureRect } from './geometry.js';
import { drawRing, progressOf } from './hold-ring.js';
import { poseOf } from './pose.js';
import { atRest, movePoses, observePose } from './pose-motion.js';
import { enteringAt, leavingAt, SPRING_MS } from './spring.js';
import { reducedMotion } from '../dom.js';

/** A living emoji glides from one expression to the next; it does not spring. */
const WHOLE = { scale: 1, opacity: 1 };

export class FaceOverlay {
  #canvas;
  #video;
  #renderer;
  #living;
  #context;
  /** @type {State|null} */
  #state = null;
  /** @type {Map<number, Pose>} where each face is drawn now, by face id */
  #poses = new Map();
  /** @type {ReadonlyMap<number, Motion>} how each face moves, by face id */
  #motions = new Map();
  /** @type {readonly Face[]|null} the faces that `#motions` has */
  #observed = null;
  /** @type {Map<number, {label: string, old: string|null, since: number}>} the emoji on each face, by face id */
  #labels = new Map();
  #family = '';
  #isDirty = true;
  #lastDraw = 0;

  /**
   * @param {HTMLCanvasElement} canvas  covers the video
   * @param {HTMLVideoElement} video
   * @param {{renderer: EmojiRenderer, living: LivingFaces}} emojis
   * @param {() => void} onChange  called when it must be drawn again
   */
  constructor(canvas, video, { renderer, living }, onChange) {
    this.#canvas = canvas;
    this.#video = video;
    this.#renderer = renderer;
    this.#living = living;
    this.#context = canvas.getContext('2d');
    new ResizeObserver(() => {
      this.#resize();
      onChange();
    }).observe(canvas);
    video.addEventListener('pause', () => {
      this.#isDirty = true;
      onChange();
    });
  }

  /** Size of the canvas on the page, in CSS pixels. */
  get view() {
    return { w: this.#canvas.clientWidth, h: this.#canvas.clientHeight };
  }

  /** Where the picture lies, in pixels of `view`. */
  get picture() {
    const size = { w: this.#video.videoWidth, h: this.#video.videoHeight };
    return pictureRect(size, this.view);
  }

  /** @param {State} state */
  render(state) {
    this.#state = state;
    this.#isDirty = true;
  }

  /**
   * @param {number} now  of the animation frame
   * @param {boolean} lives  whether a living emoji has moved
   * @returns {boolean} whether something still moves
   */
  draw(now, lives) {
    const context = this.#context;
    const elapsed = reducedMotion.matches ? Infinity : now - this.#lastDraw;
    this.#lastDraw = now;
    if (lives && this.#state?.settings.mode === 'face') this.#isDirty = true;
    if (!this.#isDirty || !this.#state || !context) return false;
    const isMoving = this.#move(elapsed, now);
    const { w, h } = this.view;
    context.clearRect(0, 0, w, h);
    const { hold, settings } = this.#state;
    // The ring replaces the boxes.
    if (!hold || (settings.mode === 'face' && !hold.isBare)) this.drawOn(context, now);
    if (hold) this.#drawRing(context, hold, now);
    this.#isDirty = isMoving || hold !== null;
    return this.#isDirty;
  }

  /**
   * Draws the faces' marks as they are on the page, in pixels of `view`.
   * @param {CanvasRenderingContext2D} context
   * @param {number} now
   */
  drawOn(context, now) {
    if (!this.#state) return;
    const { faces, faceNumbers, settings } = this.#state;
    context.font = `700 14px ${this.#family}`;
    // The largest is drawn last, over the others.
    for (const face of [...faces].reverse()) {
      const pose = this.#poses.get(face.id);
      if (!pose) continue;
      if (settings.mode === 'face') {
        this.#drawEmoji(context, pose, face, now);
        continue;
      }
      const number = faceNumbers.get(face.id) ?? 0;
      const colour = colourOf(number, faces.length);
      drawBox(context, pose, colour, face === faces[0]);
      drawTag(context, this.view, pose, face, { colour, number: faces.length > 1 ? number + 1 : null });
    }
  }

  /**
   * The emoji on a face, over the one that it replaces.
   * @param {CanvasRenderingContext2D} context
   * @param {Pose} pose
   * @param {Face} face
   * @param {number} now
   */
  #drawEmoji(context, pose, { id, label }, now) {
    const look = uprightLook(this.#living.lookOf(id));
    if (this.#renderer.lives(label, look)) return drawEmoji(context, pose, this.#renderer, label, WHOLE, look);
    const { old, since } = this.#labels.get(id) ?? { old: null, since: now };
    const share = old === null || reducedMotion.matches ? 1 : (now - since) / SPRING_MS;
    const leaving = leavingAt(share);
    if (old !== null && leaving.opacity > 0) drawEmoji(context, pose, this.#renderer, old, leaving);
    drawEmoji(context, pose, this.#renderer, label, enteringAt(share));
  }

  /**
   * Around the largest face. Not in snapshots and recordings.
   * @param {CanvasRenderingContext2D} context
   * @param {Hold} hold
   * @param {number} now
   */
  #drawRing(context, hold, now) {
    const [face] = this.#state?.faces ?? [];
    drawRing(context, this.view, face && this.#poses.get(face.id), progressOf(hold, now), this.#family);
  }

  /**
   * @param {number} elapsed  since the last call
   * @param {number} now
   */
  #move(elapsed, now) {
    if (!this.#state || !this.#video.videoWidth) return false;
    const { faces } = this.#state;
    if (faces !== this.#observed) this.#observe(this.#state);
    const motions = this.#video.paused ? atRest(this.#motions) : this.#motions;
    const { poses, moving } = movePoses(this.#poses, motions, now, elapsed);
    this.#poses = poses;
    this.#labels = new Map(faces.map(({ id, label }) => {
      const shown = this.#labels.get(id);
      return [id, shown?.label === label ? shown : { label, old: shown?.label ?? null, since: now }];
    }));
    return moving || [...this.#labels.values()].some(({ old, since }) => old !== null && now - since < SPRING_MS);
  }

  /** @param {State} state  with the faces of a new answer */
  #observe({ faces, facesAt, mirrored }) {
    const { picture } = this;
    this.#observed = faces;
    this.#motions = new Map(faces.map((face) => {
      const pose = poseOf(face, picture, mirrored);
      return [face.id, observePose(this.#motions.get(face.id), pose, facesAt)];
    }));
  }

  #resize() {
    const density = devicePixelRatio;
    this.#canvas.width = Math.round(this.#canvas.clientWidth * density);
    this.#canvas.height = Math.round(this.#canvas.clientHeight * density);
    this.#context?.setTransform(density, 0, 0, density, 0, 0);
    this.#family = getComputedStyle(this.#canvas).fontFamily;
    this.#isDirty = true;
    this.#poses.clear();
    this.#motions = new Map();
    this.#observed = null;
  }
}

/**
 * The pose has the tilt of the face already.
 * @param {Look|null} look
 */
function uprightLook(look) {
  return look && { ...look, motion: { ...look.motion, roll: 0 } };
}
