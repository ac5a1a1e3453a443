// What lies over the picture: boxes with tags, or emojis on the faces. The canvas is not mirrored, so its text reads.

import { stillness } from '../dom.js';
import { pictureRect } from './geometry.js';
import { paintBox, paintEmoji, paintTag } from './paint.js';
import { movePoses, poseOf } from './pose.js';
import { colourOf } from './slots.js';

/** A box covers most of the way to its new place in this time: about the gap between two answers. */
const GLIDE_MS = 70;

/** How long an emoji on a face takes to come in after a change. */
const COME_MS = 180;

export class Overlay {
  #canvas;
  #video;
  #pictures;
  #context;
  /** @type {State|null} */
  #state = null;
  /** @type {Map<number, Pose>} where each face is drawn now, by id */
  #poses = new Map();
  /** @type {Map<number, {label: string, since: number}>} which emoji a face wears */
  #worn = new Map();
  #font = '';
  #fresh = true;
  #last = 0;

  /**
   * @param {HTMLCanvasElement} canvas  lies over the video and has its size on the page
   * @param {HTMLVideoElement} video
   * @param {Pictures} pictures
   * @param {() => void} resized  called when it must be drawn anew
   */
  constructor(canvas, video, pictures, resized) {
    this.#canvas = canvas;
    this.#video = video;
    this.#pictures = pictures;
    this.#context = canvas.getContext('2d');
    new ResizeObserver(() => {
      this.#resize();
      resized();
    }).observe(canvas);
  }

  /** The size of the picture's place on the page. */
  get view() {
    return { w: this.#canvas.clientWidth, h: this.#canvas.clientHeight };
  }

  /** @param {State} state  without faces every box goes with the next picture of the screen */
  render(state) {
    this.#state = state;
    this.#fresh = true;
  }

  /**
   * @param {number} now  of the picture of the screen that is being made
   * @returns {boolean} whether something is still on its way
   */
  draw(now) {
    const context = this.#context;
    const part = stillness.matches ? 1 : 1 - Math.exp((this.#last - now) / GLIDE_MS);
    this.#last = now;
    if (!this.#fresh || !this.#state || !context) return false;
    const moving = this.#move(part, now);
    const { w, h } = this.view;
    context.clearRect(0, 0, w, h);
    this.paint(context, now);
    this.#fresh = moving;
    return moving;
  }

  /**
   * Draws the faces as they are drawn on the page, in the pixels of `view`.
   * @param {CanvasRenderingContext2D} context
   * @param {number} now
   */
  paint(context, now) {
    if (!this.#state) return;
    const { faces, slots, settings } = this.#state;
    context.font = this.#font;
    // The largest is drawn last, over the others.
    for (const face of [...faces].reverse()) {
      const pose = this.#poses.get(face.id);
      const slot = slots.get(face.id) ?? 0;
      if (!pose) continue;
      if (settings.mode === 'face') {
        const { label, since } = this.#worn.get(face.id) ?? { label: face.label, since: 0 };
        const grown = stillness.matches ? 1 : eased((now - since) / COME_MS);
        paintEmoji(context, pose, this.#pictures.imageOf(label), label, grown);
        continue;
      }
      const colour = colourOf(slot, faces.length);
      paintBox(context, pose, colour, face === faces[0]);
      paintTag(context, this.view, pose, face, { colour, number: faces.length > 1 ? slot + 1 : null });
    }
  }

  /** Where the whole picture lies, in the pixels of `view`. A photograph is shown whole. */
  get picture() {
    const size = { w: this.#video.videoWidth, h: this.#video.videoHeight };
    return pictureRect(size, this.view, this.#state?.source === 'camera' ? 'cover' : 'contain');
  }

  /**
   * @param {number} part  of the way to go
   * @param {number} now
   */
  #move(part, now) {
    if (!this.#state || !this.#video.videoWidth) return false;
    const { faces, mirrored } = this.#state;
    const { picture } = this;
    const goals = new Map(faces.map((face) => [face.id, poseOf(face, picture, mirrored)]));
    const { poses, moving } = movePoses(this.#poses, goals, part);
    this.#poses = poses;
    this.#worn = new Map(faces.map(({ id, label }) => {
      const worn = this.#worn.get(id);
      return [id, worn?.label === label ? worn : { label, since: now }];
    }));
    return moving || [...this.#worn.values()].some(({ since }) => now - since < COME_MS);
  }

  #resize() {
    const density = devicePixelRatio;
    this.#canvas.width = Math.round(this.#canvas.clientWidth * density);
    this.#canvas.height = Math.round(this.#canvas.clientHeight * density);
    this.#context?.setTransform(density, 0, 0, density, 0, 0);
    this.#font = `700 14px ${getComputedStyle(this.#canvas).fontFamily}`;
    this.#fresh = true;
    this.#poses.clear();
  }
}

/** @param {number} part  of the time that has passed */
function eased(part) {
  return 1 - (1 - Math.min(1, part)) ** 2;
}
