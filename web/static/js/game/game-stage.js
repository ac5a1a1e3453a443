// The camera's picture in the mirror game, with a ring around each player's face that fills as the expression is made.

import { pictureRect, viewShape } from '../scene/geometry.js';
import { ringPlace } from '../scene/hold-ring.js';
import { poseOf } from '../scene/pose.js';
import { enteringAt, SPRING_MS } from '../scene/spring.js';
import { reducedMotion } from '../dom.js';

const INK = '#2a1433';
const PAPER = '#fffdf8';

/** Time constant with which a ring follows its face: below the time between two answers it would jump. */
const FOLLOW_MS = 70;

/** Time constant with which a ring fills. */
const FILL_MS = 90;

/** More pixels cost time and show nothing more: the camera has 720 lines. */
const MAX_DENSITY = 2;

/** Width of a ring and size of its letters, as fractions of its radius. */
const WIDTH = 0.1;
const LETTERS = 0.5;

export class GameStage {
  #canvas;
  #video;
  #context;
  #family = '';
  /** @type {Map<number, {x: number, y: number, radius: number, part: number}>} by index of the player */
  #rings = new Map();

  /**
   * @param {HTMLCanvasElement} canvas
   * @param {HTMLVideoElement} video
   */
  constructor(canvas, video) {
    this.#canvas = canvas;
    this.#video = video;
    this.#context = canvas.getContext('2d');
    this.#family = getComputedStyle(document.body).fontFamily;
  }

  /**
   * @param {State} state
   * @param {readonly StagePlayer[]} players
   * @param {number} elapsed  milliseconds since the last call
   */
  draw(state, players, elapsed) {
    const context = this.#context;
    const { videoWidth: w, videoHeight: h } = this.#video;
    if (!context || !w) return;
    const view = this.#fit(context, viewShape({ w, h }));
    const picture = pictureRect({ w, h }, view);
    context.save();
    if (state.mirrored) context.transform(-1, 0, 0, 1, view.w, 0);
    context.drawImage(this.#video, picture.x, picture.y, picture.w, picture.h);
    context.restore();
    for (const index of this.#rings.keys()) if (!players[index]) this.#rings.delete(index);
    players.forEach((player, index) => {
      const face = state.faces.find(({ id }) => id === player.id);
      if (!face) return;
      this.#follow(index, ringPlace(view, poseOf(face, picture, state.mirrored)), player.part, elapsed);
      this.#drawRing(context, index, player);
    });
  }

  /**
   * Gives the canvas the pixels of its place on the page.
   * @param {CanvasRenderingContext2D} context
   * @param {number} shape  width by height
   * @returns {Size} in CSS pixels
   */
  #fit(context, shape) {
    this.#canvas.style.setProperty('--shape', shape.toFixed(4));
    const density = Math.min(MAX_DENSITY, devicePixelRatio);
    const { clientWidth: w, clientHeight: h } = this.#canvas;
    const [width, height] = [Math.round(w * density), Math.round(h * density)];
    if (this.#canvas.width !== width) this.#canvas.width = width;
    if (this.#canvas.height !== height) this.#canvas.height = height;
    context.setTransform(density, 0, 0, density, 0, 0);
    context.clearRect(0, 0, w, h);
    return { w, h };
  }

  /**
   * @param {number} index
   * @param {{x: number, y: number, radius: number}} place
   * @param {number} part
   * @param {number} elapsed
   */
  #follow(index, place, part, elapsed) {
    const old = this.#rings.get(index) ?? { ...place, part };
    const towards = (/** @type {number} */ from, /** @type {number} */ to, /** @type {number} */ ms) =>
      (reducedMotion.matches ? to : to + (from - to) * Math.exp(-elapsed / ms));
    this.#rings.set(index, {
      x: towards(old.x, place.x, FOLLOW_MS),
      y: towards(old.y, place.y, FOLLOW_MS),
      radius: towards(old.radius, place.radius, FOLLOW_MS),
      part: towards(old.part, part, FILL_MS),
    });
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {number} index
   * @param {StagePlayer} player
   */
  #drawRing(context, index, { colour, text, textMs, isMade, name }) {
    const ring = this.#rings.get(index);
    if (!ring) return;
    const { x, y, radius, part } = ring;
    const width = Math.max(6, WIDTH * radius);
    const top = -Math.PI / 2;
    arc(context, x, y, radius, [0, 2 * Math.PI], width + 4, INK);
    arc(context, x, y, radius, [0, 2 * Math.PI], width, 'rgb(255 253 248 / 38%)');
    if (part > 0.005) arc(context, x, y, radius, [top, top + part * 2 * Math.PI], width, colour);
    const letters = Math.max(15, LETTERS * radius);
    context.textAlign = 'center';
    context.textBaseline = 'middle';
    context.lineJoin = 'round';
    if (name) this.#write(context, name, { x, y: y + radius, size: Math.max(13, letters * 0.38) }, colour);
    if (!text) return;
    const { scale } = reducedMotion.matches ? { scale: 1 } : enteringAt(textMs / SPRING_MS);
    this.#write(context, text, { x, y: y - radius, size: letters * scale }, isMade ? colour : PAPER);
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {string} text
   * @param {{x: number, y: number, size: number}} place
   * @param {string} colour
   */
  #write(context, text, { x, y, size }, colour) {
    context.font = `800 ${size}px ${this.#family}`;
    context.lineWidth = size * 0.3;
    context.strokeStyle = INK;
    context.fillStyle = colour;
    const inside = Math.max(size * 0.7, Math.min(y, this.#canvas.clientHeight - size * 0.7));
    context.strokeText(text, x, inside);
    context.fillText(text, x, inside);
  }
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {number} x
 * @param {number} y
 * @param {number} radius
 * @param {readonly [number, number]} angles
 * @param {number} width
 * @param {string} colour
 */
function arc(context, x, y, radius, [from, to], width, colour) {
  context.beginPath();
  context.arc(x, y, radius, from, to);
  context.lineCap = 'round';
  context.lineWidth = width;
  context.strokeStyle = colour;
  context.stroke();
}
