// The last two minutes of each expression, as seven hills one above the other.

import { make, need, setText } from '../dom.js';
import { say, t } from '../messages/i18n.js';
import { EVERY_MS } from '../export/session.js';
import { nameOf } from '../messages/words.js';

const SPAN_MS = 120_000;

/** A gap this long is one: the tab was hidden, or nothing was sent. */
const GAP_MS = 4 * EVERY_MS;

export class Chart {
  #canvas = need('chart', HTMLCanvasElement);
  #context = this.#canvas.getContext('2d');
  #names = need('chart-names', HTMLElement);
  #rows = need('rows', HTMLElement);
  /** @type {readonly string[]} */
  #labels = [];
  #drawn = -1;

  constructor() {
    this.#canvas.setAttribute('aria-label', t.chartEmpty);
  }

  /** @param {State} state */
  render({ session, labels }) {
    if (labels !== this.#labels) {
      this.#labels = labels;
      this.#names.replaceChildren(...labels.map((label) => make('li', '', nameOf(label))));
    }
    const end = Date.now();
    const density = devicePixelRatio;
    const { clientWidth: w, clientHeight: h } = this.#canvas;
    const wide = Math.round(w * density);
    if (session.length === this.#drawn && wide === this.#canvas.width) return;
    this.#drawn = session.length;
    this.#canvas.width = wide;
    this.#canvas.height = Math.round(h * density);
    const first = session.since(end - SPAN_MS);
    if (this.#context) {
      this.#context.scale(density, density);
      this.#context.fillStyle = getComputedStyle(this.#canvas).color;
      labels.forEach((_, label) => this.#hill(session, first, label, end, { w, h: h / labels.length }));
    }
    this.#canvas.setAttribute('aria-label', summary(session, first));
    setText(this.#rows, say(t.rows, { n: session.length }));
  }

  /**
   * @param {Session} session
   * @param {number} first  row
   * @param {number} label
   * @param {number} end  time at the right edge
   * @param {{w: number, h: number}} size  of one hill
   */
  #hill(session, first, label, end, { w, h }) {
    const context = this.#context;
    if (!context) return;
    const floor = h * (label + 1) - 2;
    const x = (/** @type {number} */ index) => w * (1 - (end - session.at(index)) / SPAN_MS);
    context.fillRect(0, floor, w, 1);
    context.beginPath();
    for (let index = first; index < session.length; index += 1) {
      const isGap = index === first || session.at(index) - session.at(index - 1) > GAP_MS;
      if (isGap && index > first) context.lineTo(x(index - 1), floor);
      if (isGap) context.moveTo(x(index), floor);
      context.lineTo(x(index), floor - session.score(index, label) * (h - 6));
      if (index === session.length - 1) context.lineTo(x(index), floor);
    }
    context.fill();
  }
}

/**
 * What the chart shows, for those who do not see it.
 * @param {Session} session
 * @param {number} first  row
 */
function summary(session, first) {
  /** @type {Map<string, number>} */
  const counts = new Map();
  for (let index = first; index < session.length; index += 1) {
    const expression = session.expression(index);
    counts.set(expression, (counts.get(expression) ?? 0) + 1);
  }
  const [most] = [...counts].sort((one, other) => other[1] - one[1]);
  return most ? say(t.chart, { name: nameOf(most[0]) }) : t.chartEmpty;
}
