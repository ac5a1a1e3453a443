// The canvas of a living emoji in an element of the page, over the picture that is shown when nothing lives. The rig draws the
// edge of the sticker: a filter of the style sheet, as the pictures have, would cost 30 ms in every frame without a GPU.

import { make, setData } from '../dom.js';

/** A tilted emoji reaches beyond its square: the canvas is larger on every side by this fraction of the side. */
const MARGIN = 0.2;

/** Width of the edge: CSS pixels, and a fraction of the side. */
const EDGE = [2, 0.011];

/** Pixels of the square. More costs more and looks the same. */
const MAX_SIDE = 640;

export class LivingCanvas {
  #host;
  #canvas = make('canvas', 'emoji-living');
  #context = this.#canvas.getContext('2d');
  /** @type {DrawEmoji|null} */
  #draw = null;
  /** Width of the edge, in pixels of the canvas. */
  #edge = 0;
  /** @type {readonly unknown[]} what the canvas shows */
  #shown = [];

  /** @param {HTMLElement} host */
  constructor(host) {
    this.#host = host;
    this.#canvas.style.inset = `${-100 * MARGIN}%`;
    this.#canvas.style.width = this.#canvas.style.height = `${100 + 200 * MARGIN}%`;
    host.append(this.#canvas);
    new ResizeObserver(() => this.#resize()).observe(host);
    this.#resize();
  }

  /**
   * @param {DrawEmoji|null} draw  null hides it
   * @param {readonly unknown[]} shown  drawn again only if one of them is another one
   */
  show(draw, ...shown) {
    setData(this.#host, 'living', draw ? '' : null);
    if (draw && this.#draw && shown.every((each, index) => each === this.#shown[index])) return;
    this.#draw = draw;
    this.#shown = shown;
    this.#paint();
  }

  #resize() {
    const { clientWidth } = this.#host;
    const side = Math.min(MAX_SIDE, Math.round(clientWidth * devicePixelRatio));
    this.#edge = (EDGE[0] * side) / Math.max(1, clientWidth) + EDGE[1] * side;
    this.#canvas.width = this.#canvas.height = Math.round(side * (1 + 2 * MARGIN));
    this.#paint();
  }

  #paint() {
    const { width } = this.#canvas;
    // An element that is not shown has no size.
    if (!this.#draw || !this.#context || width === 0) return;
    const side = width / (1 + 2 * MARGIN);
    this.#context.setTransform(1, 0, 0, 1, width / 2, width / 2);
    this.#context.clearRect(-width / 2, -width / 2, width, width);
    this.#draw(this.#context, side, this.#edge);
  }
}
