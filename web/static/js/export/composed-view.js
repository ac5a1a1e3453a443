// The picture as the page shows it with its emoji, on one canvas: for snapshots and recordings.

import { compositionOf } from './composed-layout.js';
import { colourOf } from '../scene/face-numbers.js';
import { MAX_EMOJIS } from '../scene/other-emojis.js';
import { nameOf } from '../text/phrases.js';

/** Directions in which copies of an emoji make its edge. */
const EDGE = [[1, 0], [-1, 0], [0, 1], [0, -1], [0.7, 0.7], [0.7, -0.7], [-0.7, 0.7], [-0.7, -0.7]];

/** Width of the edge: pixels, and a fraction of the emoji's side. */
const EDGE_WIDTH = [2, 0.013];

/** A tilted emoji reaches beyond its square: so much more on every side, in sides. */
const MARGIN = 0.2;

/** A sticker is drawn anew after this time, since its picture may have been loaded or replaced. */
const STICKER_MS = 1000;

export class ComposedView {
  canvas = document.createElement('canvas');
  #parts;
  #context = this.canvas.getContext('2d', { alpha: false });
  /** @type {Composition} */
  #composition = compositionOf({ w: 1, h: 1 }, { isOnFace: true, isUpright: false }, 2);
  #emoji = document.createElement('canvas');
  /** @type {Map<string, {canvas: HTMLCanvasElement, at: number}>} */
  #stickers = new Map();

  /** @param {{video: HTMLVideoElement, overlay: FaceOverlay, renderer: EmojiRenderer, living: LivingFaces}} parts */
  constructor(parts) {
    this.#parts = parts;
  }

  /**
   * Takes the shape that the page has now. Not during a recording: its size must stay.
   * @param {State} state
   * @param {number} side  in pixels: compositionOf
   */
  reshape({ settings }, side) {
    const isUpright = matchMedia('(orientation: portrait)').matches;
    const page = { isOnFace: settings.mode === 'face', isUpright };
    this.#composition = compositionOf(this.#parts.overlay.view, page, side);
    this.canvas.width = this.#composition.w;
    this.canvas.height = this.#composition.h;
  }

  /**
   * @param {State} state
   * @param {number} now  of the animation frame
   */
  draw(state, now) {
    const context = this.#context;
    if (!context) return;
    const { w, h, emoji } = this.#composition;
    const style = getComputedStyle(document.documentElement);
    context.fillStyle = style.backgroundColor;
    context.fillRect(0, 0, w, h);
    this.#drawPicture(context, state, now);
    if (!emoji) return;
    const [face, ...others] = state.faces;
    const label = state.expression ?? 'no-face';
    const colour = face ? colourOfFace(face, state) : null;
    this.#drawSticker(context, emoji, label, colour, this.#parts.living.main);
    const shown = others.slice(0, MAX_EMOJIS);
    context.fillStyle = style.color;
    this.#drawName(context, nameOf(label), style.fontFamily, shown.length > 0);
    this.#drawOthers(context, shown, state);
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {State} state
   * @param {number} now
   */
  #drawPicture(context, state, now) {
    const { overlay, video } = this.#parts;
    const { view, picture } = overlay;
    const { picture: place, corner } = this.#composition;
    // The view may have got another shape since the recording began: then it is shown whole.
    const scale = Math.min(place.w / view.w, place.h / view.h);
    context.save();
    context.translate(place.x + (place.w - view.w * scale) / 2, place.y + (place.h - view.h * scale) / 2);
    context.beginPath();
    context.roundRect(0, 0, view.w * scale, view.h * scale, corner);
    context.clip();
    context.scale(scale, scale);
    context.save();
    if (state.mirrored) context.transform(-1, 0, 0, 1, view.w, 0);
    context.drawImage(video, picture.x, picture.y, picture.w, picture.h);
    context.restore();
    overlay.drawOn(context, now);
    context.restore();
  }

  /**
   * The emoji with an edge in the colour of its face, as on the page. Ten pictures make a sticker, so a still one is kept. A
   * living emoji draws its own edge.
   * @param {CanvasRenderingContext2D} context
   * @param {{x: number, y: number, size: number}} place  its middle and side
   * @param {string} label
   * @param {string|null} colour  of its edge
   * @param {Look|null} look
   */
  #drawSticker(context, { x, y, size }, label, colour, look) {
    if (this.#parts.renderer.lives(label, look)) {
      context.save();
      context.translate(x, y);
      const edge = colour ? { colour, width: EDGE_WIDTH[0] + EDGE_WIDTH[1] * size } : null;
      this.#parts.renderer.draw(context, size, label, look, edge);
      return context.restore();
    }
    const key = look ? `${size} ${colour}` : `${label} ${size} ${colour}`;
    const now = performance.now();
    let sticker = this.#stickers.get(key);
    if (!sticker || look || now - sticker.at > STICKER_MS) {
      sticker = { canvas: sticker?.canvas ?? document.createElement('canvas'), at: now };
      this.#drawEmoji(size, label, look);
      drawSticker(sticker.canvas, this.#emoji, size, colour);
      this.#stickers.set(key, sticker);
    }
    context.drawImage(sticker.canvas, x - sticker.canvas.width / 2, y - sticker.canvas.height / 2);
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {string} text
   * @param {string} family
   * @param {boolean} isRaised  there are other faces below it
   */
  #drawName(context, text, family, isRaised) {
    const { name } = this.#composition;
    if (!name) return;
    context.textAlign = name.align;
    context.textBaseline = 'middle';
    context.font = `800 ${name.size}px ${family}`;
    const size = name.size * Math.min(1, name.width / context.measureText(text).width);
    context.font = `800 ${size}px ${family}`;
    context.fillText(text, name.x, name.y - (isRaised && name.align === 'left' ? 0.6 * size : 0));
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {readonly Face[]} faces  all but the largest
   * @param {State} state
   */
  #drawOthers(context, faces, state) {
    const { others: place, name } = this.#composition;
    if (!place || faces.length === 0) return;
    const size = Math.min(place.h, place.w / faces.length / 1.2);
    const step = 1.2 * size;
    const left = name?.align === 'left' ? place.x : place.x + (place.w - faces.length * step) / 2;
    faces.forEach((face, index) => {
      const at = { x: left + (index + 0.5) * step, y: place.y + size / 2, size };
      this.#drawSticker(context, at, face.label, colourOfFace(face, state), this.#parts.living.lookOf(face.id));
    });
  }

  /**
   * On its own canvas: its edge is made of copies.
   * @param {number} size
   * @param {string} label
   * @param {Look|null} look
   */
  #drawEmoji(size, label, look) {
    // Setting the size clears it.
    this.#emoji.width = this.#emoji.height = Math.ceil((1 + 2 * MARGIN) * size);
    const context = this.#emoji.getContext('2d');
    context?.translate(this.#emoji.width / 2, this.#emoji.height / 2);
    if (context) this.#parts.renderer.draw(context, size, label, look);
  }
}

/**
 * @param {Face} face
 * @param {State} state
 */
function colourOfFace({ id }, { faces, faceNumbers }) {
  return colourOf(faceNumbers.get(id) ?? 0, faces.length);
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {HTMLCanvasElement} emoji
 * @param {number} size  of the emoji
 * @param {string|null} colour  of its edge; null for none
 */
function drawSticker(canvas, emoji, size, colour) {
  // Setting the size clears it.
  const edge = EDGE_WIDTH[0] + EDGE_WIDTH[1] * size;
  canvas.width = canvas.height = Math.ceil(emoji.width + 4 * edge);
  const context = canvas.getContext('2d');
  if (!context) return;
  context.translate((canvas.width - emoji.width) / 2, (canvas.height - emoji.height) / 2);
  if (colour) {
    context.shadowColor = colour;
    for (const [right, down] of EDGE) {
      context.shadowOffsetX = right * edge;
      context.shadowOffsetY = down * edge;
      context.drawImage(emoji, 0, 0);
    }
    context.shadowColor = 'transparent';
  }
  context.drawImage(emoji, 0, 0);
}
