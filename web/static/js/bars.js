// The probabilities of the largest face, one bar a label, with the label's own emoji riding on its end.

import { make, need, setData, setText } from './dom.js';
import { nameOf } from './words.js';

/** @typedef {import('./state.js').State} State */
/** @typedef {{item: HTMLElement, share: HTMLElement}} Bar */

export class Bars {
  #list = need('bars', HTMLElement);
  #emojis;
  /** @type {readonly string[]} */
  #labels = [];
  /** @type {Bar[]} */
  #bars = [];

  /** @param {Readonly<Record<string, string>>} emojis */
  constructor(emojis) {
    this.#emojis = emojis;
  }

  /** @param {State} state */
  render({ labels, bars, expression }) {
    if (labels !== this.#labels) this.#build(labels);
    setData(this.#list, 'resting', bars ? null : '');
    this.#bars.forEach(({ item, share }, index) => {
      const value = Math.min(1, Math.max(0, bars?.[index] ?? 0));
      item.style.setProperty('--share', value.toFixed(3));
      setText(share, bars ? `${Math.round(value * 100)} %` : '');
      setData(item, 'leads', bars && labels[index] === expression ? '' : null);
    });
  }

  /** @param {readonly string[]} labels */
  #build(labels) {
    this.#labels = labels;
    this.#bars = labels.map((label) => this.#bar(label));
    this.#list.replaceChildren(...this.#bars.map(({ item }) => item));
  }

  /**
   * @param {string} label
   * @returns {Bar}
   */
  #bar(label) {
    const item = make('li', 'bar');
    const track = make('span', 'bar-track');
    const share = make('span', 'bar-share');
    track.append(make('span', 'bar-fill'), this.#rider(label));
    item.append(track, make('span', 'bar-name', nameOf(label)), share);
    item.dataset.label = label;
    return { item, share };
  }

  /** @param {string} label */
  #rider(label) {
    if (!Object.hasOwn(this.#emojis, label)) return make('span', 'bar-rider bar-knob');
    const image = make('img', 'bar-rider');
    image.alt = '';
    image.addEventListener('error', () => image.replaceWith(make('span', 'bar-rider bar-knob')), { once: true });
    image.src = this.#emojis[label];
    return image;
  }
}
