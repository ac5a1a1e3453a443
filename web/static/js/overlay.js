// The boxes on the mirrored picture, drawn in a loop of its own. The canvas is not mirrored, so its text reads.

import { stillness } from './dom.js';
import { mirroredRect, pictureRect, towards } from './geometry.js';
import { nameOf } from './words.js';

/** @typedef {import('./protocol.js').Face} Face */
/** @typedef {import('./geometry.js').Rect} Rect */

/** A box covers most of the way to its new place in this time: about the gap between two answers. */
const GLIDE_MS = 70;

/** Nearer than this (in pixels of the page) and a box has arrived: nothing is drawn again until the next answer. */
const ARRIVED = 0.3;

const INK = '#2a1433';
const PAPER = '#fffdf8';

export class Overlay {
  #canvas;
  #video;
  #context;
  /** @type {readonly Face[]} */
  #faces = [];
  /** @type {Map<number, Rect>} where each face's box is drawn now */
  #rects = new Map();
  /** The request for the next picture of the screen; 0 when the loop rests. */
  #loop = 0;
  #font = '';
  #fresh = true;
  #last = 0;

  /**
   * @param {HTMLCanvasElement} canvas  lies over the video and has its size on the page
   * @param {HTMLVideoElement} video  shown with object-fit: cover
   */
  constructor(canvas, video) {
    this.#canvas = canvas;
    this.#video = video;
    this.#context = canvas.getContext('2d');
    new ResizeObserver(() => this.#resize()).observe(canvas);
  }

  /**
   * @param {readonly Face[]} faces  an empty list takes every box away with the next picture of the screen
   * @param {boolean} on  whether there is a picture to draw on
   */
  render(faces, on) {
    if (faces !== this.#faces) this.#fresh = true;
    this.#faces = faces;
    if (on && !this.#loop) this.#next();
    if (!on && this.#loop) this.#rest();
  }

  #next() {
    this.#loop = requestAnimationFrame((now) => this.#draw(now));
  }

  #rest() {
    cancelAnimationFrame(this.#loop);
    this.#loop = 0;
    this.#rects.clear();
    this.#context?.clearRect(0, 0, this.#canvas.clientWidth, this.#canvas.clientHeight);
  }

  #resize() {
    const density = devicePixelRatio;
    this.#canvas.width = Math.round(this.#canvas.clientWidth * density);
    this.#canvas.height = Math.round(this.#canvas.clientHeight * density);
    this.#context?.setTransform(density, 0, 0, density, 0, 0);
    this.#font = `700 14px ${getComputedStyle(this.#canvas).fontFamily}`;
    this.#fresh = true;
  }

  /** @param {number} now */
  #draw(now) {
    this.#next();
    const part = stillness.matches ? 1 : 1 - Math.exp((this.#last - now) / GLIDE_MS);
    this.#last = now;
    if (!this.#fresh || !this.#context || !this.#video.videoWidth) return;
    this.#fresh = this.#move(part);
    this.#context.clearRect(0, 0, this.#canvas.clientWidth, this.#canvas.clientHeight);
    // The largest is drawn last, over the others.
    [...this.#faces].reverse().forEach((face) => this.#box(face, face === this.#faces[0]));
  }

  /**
   * @param {number} part  of the way to go
   * @returns {boolean} whether a box is still on its way
   */
  #move(part) {
    const view = { w: this.#canvas.clientWidth, h: this.#canvas.clientHeight };
    const picture = pictureRect({ w: this.#video.videoWidth, h: this.#video.videoHeight }, view, 'cover');
    /** @type {Map<number, Rect>} */
    const moved = new Map();
    let moving = false;
    for (const { id, box } of this.#faces) {
      const goal = mirroredRect(box, picture);
      const rect = towards(this.#rects.get(id) ?? goal, goal, part);
      moving ||= Math.abs(rect.x - goal.x) + Math.abs(rect.y - goal.y) + Math.abs(rect.w - goal.w) > ARRIVED;
      moved.set(id, rect);
    }
    this.#rects = moved;
    return moving;
  }

  /**
   * @param {Face} face
   * @param {boolean} leads
   */
  #box(face, leads) {
    const rect = this.#rects.get(face.id);
    const context = this.#context;
    if (!rect || !context) return;
    const corner = Math.min(rect.w, rect.h) * (leads ? 0.24 : 0.18);
    context.lineCap = 'round';
    context.lineJoin = 'round';
    context.beginPath();
    corners(context, rect, corner);
    // Light on dark, so the box is seen on any picture.
    context.lineWidth = leads ? 8 : 6;
    context.strokeStyle = INK;
    context.stroke();
    context.lineWidth = leads ? 4 : 2.5;
    context.strokeStyle = PAPER;
    context.stroke();
    this.#tag(context, rect, face, leads);
  }

  /**
   * The name over the box, kept inside the picture.
   * @param {CanvasRenderingContext2D} context
   * @param {Rect} rect
   * @param {Face} face
   * @param {boolean} leads
   */
  #tag(context, rect, face, leads) {
    const name = nameOf(face.label);
    const text = face.label === 'unsure' ? name : `${name} ${Math.round(face.confidence * 100)} %`;
    context.font = this.#font;
    const w = context.measureText(text).width + 20;
    const h = 26;
    const x = Math.max(6, Math.min(this.#canvas.clientWidth - w - 6, rect.x + rect.w / 2 - w / 2));
    const y = rect.y - h - 10 < 6 ? Math.min(rect.y + rect.h + 10, this.#canvas.clientHeight - h - 6) : rect.y - h - 10;
    context.beginPath();
    context.roundRect(x, y, w, h, h / 2);
    context.fillStyle = leads ? PAPER : INK;
    context.fill();
    context.fillStyle = leads ? INK : PAPER;
    context.textBaseline = 'middle';
    context.fillText(text, x + 10, y + h / 2 + 1);
  }
}

/**
 * The four corners of a rectangle, as of a viewfinder.
 * @param {CanvasRenderingContext2D} context
 * @param {Rect} rect
 * @param {number} size  length of a corner's sides
 */
function corners(context, { x, y, w, h }, size) {
  const round = size * 0.6;
  for (const [cx, cy, sx, sy] of [[x, y, 1, 1], [x + w, y, -1, 1], [x + w, y + h, -1, -1], [x, y + h, 1, -1]]) {
    context.moveTo(cx, cy + sy * size);
    context.lineTo(cx, cy + sy * round);
    context.quadraticCurveTo(cx, cy, cx + sx * round, cy);
    context.lineTo(cx + sx * size, cy);
  }
}
