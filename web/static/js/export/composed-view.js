// The picture as the page shows it with the emoji beside it, on one canvas: for snapshots and recordings.

import { colourOf } from '../scene/face-numbers.js';
import { nameOf } from '../text/phrases.js';

/** Height in pixels; the width follows the picture. */
const HEIGHT = 720;

/** Width of the part with the emoji, in heights. */
const SIDE = 0.8;

/** Offsets in pixels of the copies that make the emoji's edge. */
const EDGE = [[5, 0], [-5, 0], [0, 5], [0, -5]];

export class ComposedView {
  canvas = document.createElement('canvas');
  #parts;
  #context = this.canvas.getContext('2d', { alpha: false });

  /** @param {{video: HTMLVideoElement, overlay: FaceOverlay, renderer: EmojiRenderer}} parts */
  constructor(parts) {
    this.#parts = parts;
  }

  /** Fits the canvas to the picture. Not during a recording: its size must stay. */
  resize() {
    const { w, h } = this.#parts.overlay.view;
    // Video codecs need even sizes.
    this.canvas.width = 2 * Math.round((HEIGHT * (w / h + SIDE)) / 2);
    this.canvas.height = HEIGHT;
  }

  /**
   * @param {State} state
   * @param {number} now  of the animation frame
   */
  draw(state, now) {
    const context = this.#context;
    if (!context) return;
    const style = getComputedStyle(document.documentElement);
    const { width } = this.canvas;
    context.fillStyle = style.getPropertyValue('--ground');
    context.fillRect(0, 0, width, HEIGHT);
    this.#drawPicture(context, state, now);
    const middle = width - (HEIGHT * SIDE) / 2;
    this.#drawEmoji(context, state, middle);
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
  #drawPicture(context, state, now) {
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
    overlay.drawOn(context, now);
    context.restore();
  }

  /**
   * The emoji with an edge in the colour of its face, as on the page.
   * @param {CanvasRenderingContext2D} context
   * @param {State} state
   * @param {number} middle  in pixels from the left
   */
  #drawEmoji(context, { expression, faces, faceNumbers }, middle) {
    const { renderer } = this.#parts;
    const label = expression ?? 'no-face';
    const side = HEIGHT * 0.54;
    context.save();
    context.translate(middle, HEIGHT * 0.14 + side / 2);
    if (faces.length > 0) {
      context.shadowColor = colourOf(faceNumbers.get(faces[0].id) ?? 0, faces.length);
      for (const [x, y] of EDGE) {
        context.shadowOffsetX = x;
        context.shadowOffsetY = y;
        renderer.draw(context, side, label, faces[0].outputs);
      }
      context.shadowColor = 'transparent';
    }
    renderer.draw(context, side, label, faces[0]?.outputs);
    context.restore();
  }
}
