// The composed view, for snapshots and recordings: the picture as the page shows it, and the emoji beside it.

import { colourOf } from '../scene/slots.js';
import { paintDisc } from '../scene/paint.js';
import { nameOf } from '../messages/words.js';

/** Height in pixels; the width follows the picture. */
const HEIGHT = 720;

/** Width of the place of the emoji, in heights. */
const SIDE = 0.8;

export class Composer {
  #parts;
  canvas = document.createElement('canvas');
  #context = this.canvas.getContext('2d', { alpha: false });

  /**
   * @param {{video: HTMLVideoElement, overlay: Overlay,
   *   pictures: Pictures}} parts
   */
  constructor(parts) {
    this.#parts = parts;
  }

  /** Gives the canvas its size: not while it is recorded. */
  resize() {
    const { w, h } = this.#parts.overlay.view;
    // Even numbers: video codecs halve them for colour.
    this.canvas.width = 2 * Math.round((HEIGHT * (w / h + SIDE)) / 2);
    this.canvas.height = HEIGHT;
  }

  /**
   * @param {State} state
   * @param {number} now  of the loop
   */
  draw(state, now) {
    const context = this.#context;
    if (!context) return;
    const style = getComputedStyle(document.documentElement);
    const { width } = this.canvas;
    context.fillStyle = style.getPropertyValue('--ground');
    context.fillRect(0, 0, width, HEIGHT);
    this.#picture(context, state, now);
    const middle = width - (HEIGHT * SIDE) / 2;
    this.#emoji(context, state, middle);
    context.fillStyle = style.color;
    context.font = `800 ${HEIGHT / 10}px ${style.fontFamily}`;
    context.textAlign = 'center';
    context.textBaseline = 'alphabetic';
    context.fillText(nameOf(state.expression ?? 'no-face'), middle, HEIGHT * 0.86, HEIGHT * SIDE * 0.9);
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {State} state
   * @param {number} now
   */
  #picture(context, state, now) {
    const { overlay, video } = this.#parts;
    const { view, picture } = overlay;
    const scale = HEIGHT / view.h;
    context.save();
    context.beginPath();
    context.rect(0, 0, view.w * scale, HEIGHT);
    context.clip();
    context.scale(scale, scale);
    context.save();
    if (state.mirrored) context.transform(-1, 0, 0, 1, view.w, 0);
    context.drawImage(video, picture.x, picture.y, picture.w, picture.h);
    context.restore();
    overlay.paint(context, now);
    context.restore();
  }

  /**
   * A sticker, as on the page: the edge is the colour of its face.
   * @param {CanvasRenderingContext2D} context
   * @param {State} state
   * @param {number} middle
   */
  #emoji(context, { expression, faces, slots }, middle) {
    const label = expression ?? 'no-face';
    const side = HEIGHT * 0.54;
    const image = this.#parts.pictures.imageOf(label);
    const top = HEIGHT * 0.14;
    context.save();
    context.translate(middle, top + side / 2);
    if (!image) paintDisc(context, side, label);
    else {
      const edges = faces.length ? [[5, 0], [-5, 0], [0, 5], [0, -5]] : [];
      context.shadowColor = faces.length ? colourOf(slots.get(faces[0].id) ?? 0, faces.length) : '';
      for (const [x, y] of edges) {
        context.shadowOffsetX = x;
        context.shadowOffsetY = y;
        context.drawImage(image, -side / 2, -side / 2, side, side);
      }
      context.shadowColor = 'transparent';
      context.drawImage(image, -side / 2, -side / 2, side, side);
    }
    context.restore();
  }
}
