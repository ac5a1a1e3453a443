// The chart of the last two minutes: one area per label, one below the other.

import { make, need, setText } from '../dom.js';
import { INTERVAL_MS } from '../export/history.js';
import { format, t } from '../text/i18n.js';
import { nameOf } from '../text/phrases.js';

const SPAN_MS = 120_000;

/** Rows further apart are not connected: the tab was hidden, or nothing was sent. */
const GAP_MS = 4 * INTERVAL_MS;

export class HistoryChart {
  #canvas = need('chart', HTMLCanvasElement);
  #context = this.#canvas.getContext('2d');
  #names = need('chart-names', HTMLElement);
  #rowCount = need('row-count', HTMLElement);
  /** @type {readonly string[]} */
  #labels = [];
  /** What the drawn chart depends on. */
  #drawn = '';

  /** @param {() => void} onResize  called when it must be drawn again */
  constructor(onResize) {
    this.#canvas.setAttribute('aria-label', t.chartEmpty);
    new ResizeObserver(onResize).observe(this.#canvas);
  }

  /** @param {State} state */
  render({ history, labels }) {
    if (labels !== this.#labels) {
      this.#labels = labels;
      this.#names.replaceChildren(...labels.map((label) => make('li', '', nameOf(label))));
    }
    const density = devicePixelRatio;
    const { clientWidth: w, clientHeight: h } = this.#canvas;
    const { color } = getComputedStyle(this.#canvas);
    const drawn = [history.length, labels.length, w, h, density, color].join();
    if (drawn === this.#drawn) return;
    this.#drawn = drawn;
    this.#canvas.width = Math.round(w * density);
    this.#canvas.height = Math.round(h * density);
    const end = Date.now();
    const first = history.since(end - SPAN_MS);
    if (this.#context) {
      this.#context.scale(density, density);
      this.#context.fillStyle = color;
      labels.forEach((_, label) => this.#drawArea(history, first, label, end, { w, h: h / labels.length }));
    }
    this.#canvas.setAttribute('aria-label', summary(history, first));
    setText(this.#rowCount, format(t.rowCount, { n: history.length }));
  }

  /**
   * @param {ExpressionHistory} history
   * @param {number} first  row
   * @param {number} label
   * @param {number} end  time at the right edge
   * @param {{w: number, h: number}} size  of one area
   */
  #drawArea(history, first, label, end, { w, h }) {
    const context = this.#context;
    if (!context) return;
    const base = h * (label + 1) - 2;
    const x = (/** @type {number} */ index) => w * (1 - (end - history.at(index)) / SPAN_MS);
    context.fillRect(0, base, w, 1);
    context.beginPath();
    for (let index = first; index < history.length; index += 1) {
      const isGap = index === first || history.at(index) - history.at(index - 1) > GAP_MS;
      if (isGap && index > first) context.lineTo(x(index - 1), base);
      if (isGap) context.moveTo(x(index), base);
      context.lineTo(x(index), base - history.score(index, label) * (h - 6));
      if (index === history.length - 1) context.lineTo(x(index), base);
    }
    context.fill();
  }
}

/**
 * The chart in words, for screen readers.
 * @param {ExpressionHistory} history
 * @param {number} first  row
 */
function summary(history, first) {
  /** @type {Map<string, number>} */
  const counts = new Map();
  for (let index = first; index < history.length; index += 1) {
    const expression = history.expression(index);
    counts.set(expression, (counts.get(expression) ?? 0) + 1);
  }
  const [most] = [...counts].sort((one, other) => other[1] - one[1]);
  return most ? format(t.chart, { name: nameOf(most[0]) }) : t.chartEmpty;
}
