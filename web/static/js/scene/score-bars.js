// The scores of the largest face: one bar per label, with the label's emoji at its end.

import { make, need, setData, setText } from '../dom.js';
import { nameOf, percent } from '../text/phrases.js';

/** With more bars they do not fit side by side: the style sheet puts them one below the other, in two columns. */
const USUAL = 8;

export class ScoreBars {
  #list = need('bars', HTMLElement);
  #renderer;
  /** @type {readonly string[]} */
  #labels = [];
  /** @type {{label: string, item: HTMLElement, value: HTMLElement, view: EmojiView}[]} */
  #bars = [];

  /** @param {EmojiRenderer} renderer */
  constructor(renderer) {
    this.#renderer = renderer;
  }

  /** @param {State} state */
  render({ labels, scores, expression }) {
    if (labels !== this.#labels) this.#build(labels);
    this.#bars.forEach(({ label, item, value, view }, index) => {
      const score = Math.min(1, Math.max(0, scores?.[index] ?? 0));
      item.style.setProperty('--share', score.toFixed(3));
      setText(value, scores ? percent(score) : '');
      setData(item, 'leading', scores && label === expression ? '' : null);
      view.show(label);
    });
  }

  /** @param {readonly string[]} labels */
  #build(labels) {
    this.#labels = labels;
    setData(this.#list, 'many', labels.length > USUAL ? '' : null);
    this.#bars = labels.map((label) => {
      const item = make('li', 'bar');
      const track = make('span', 'bar-track');
      const value = make('span', 'bar-value');
      const host = make('span', 'bar-emoji');
      const line = make('span', 'bar-line');
      line.append(make('span', 'bar-fill'));
      track.append(line, host);
      item.append(track, make('span', 'bar-name', nameOf(label)), value);
      item.dataset.label = label;
      return { label, item, value, view: this.#renderer.viewIn(host) };
    });
    this.#list.replaceChildren(...this.#bars.map(({ item }) => item));
  }
}
