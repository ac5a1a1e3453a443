// The probabilities of the largest face, one bar a label, with the label's own emoji riding on its end.

import { make, need, setData, setText } from '../dom.js';
import { nameOf, percent } from '../messages/words.js';

export class Bars {
  #list = need('bars', HTMLElement);
  #pictures;
  /** @type {readonly string[]} */
  #labels = [];
  /** @type {{item: HTMLElement, share: HTMLElement, rider: HTMLElement}[]} */
  #bars = [];

  /** @param {Pictures} pictures */
  constructor(pictures) {
    this.#pictures = pictures;
  }

  /** @param {State} state */
  render({ labels, bars, expression }) {
    if (labels !== this.#labels) this.#build(labels);
    setData(this.#list, 'resting', bars ? null : '');
    this.#bars.forEach(({ item, share, rider }, index) => {
      const value = Math.min(1, Math.max(0, bars?.[index] ?? 0));
      item.style.setProperty('--share', value.toFixed(3));
      setText(share, bars ? percent(value) : '');
      setData(item, 'leads', bars && labels[index] === expression ? '' : null);
      this.#ride(rider, labels[index]);
    });
  }

  /** @param {readonly string[]} labels */
  #build(labels) {
    this.#labels = labels;
    this.#bars = labels.map((label) => {
      const item = make('li', 'bar');
      const track = make('span', 'bar-track');
      const share = make('span', 'bar-share');
      const rider = make('span', 'bar-rider');
      track.append(make('span', 'bar-fill'), rider);
      item.append(track, make('span', 'bar-name', nameOf(label)), share);
      item.dataset.label = label;
      return { item, share, rider };
    });
    this.#list.replaceChildren(...this.#bars.map(({ item }) => item));
  }

  /**
   * @param {HTMLElement} rider  an empty one is a knob
   * @param {string} label
   */
  #ride(rider, label) {
    const address = this.#pictures.addressOf(label);
    const image = rider.firstElementChild;
    if (!address || image?.getAttribute('src') === address) return;
    const fresh = make('img', 'bar-image');
    fresh.alt = '';
    fresh.src = address;
    fresh.addEventListener('error', () => fresh.hidden = true, { once: true });
    rider.replaceChildren(fresh);
  }
}
