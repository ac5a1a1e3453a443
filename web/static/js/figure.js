// The big emoji and its name. A label without a picture becomes a tile with its name.

import { need, setData, setText, stillness } from './dom.js';
import { Pictures } from './pictures.js';
import { hintFor, nameOf, wordsFor } from './words.js';

/** @typedef {import('./state.js').State} State */

/** Stuck on with a little swing: long enough to be seen as a change, over before the next can come. */
const STICK = [
  { transform: 'scale(0.86) rotate(-7deg)' },
  { transform: 'scale(1.04) rotate(2deg)', offset: 0.6 },
  { transform: 'scale(1) rotate(0)' },
];
const STICK_MS = 320;

export class Figure {
  #figure = need('emoji', HTMLElement);
  #image = need('emoji-image', HTMLImageElement);
  #tile = need('emoji-tile', HTMLElement);
  #name = need('expression', HTMLElement);
  #hint = need('hint', HTMLElement);
  #pictures;
  /** @type {Set<string>} addresses that did not load */
  #broken = new Set();
  /** @type {string|null} */
  #shown = null;

  /** @param {Readonly<Record<string, string>>} emojis */
  constructor(emojis) {
    this.#pictures = new Pictures(emojis);
    this.#image.addEventListener('error', () => this.#fail());
  }

  /** @param {State} state */
  render({ phase, expression }) {
    const words = wordsFor(phase);
    const live = phase === 'live';
    const shown = live && expression ? expression : words.face;
    setData(this.#figure, 'expression', live ? expression : null);
    setText(this.#name, live && expression ? nameOf(expression) : words.poster);
    setText(this.#hint, live ? hintFor(expression) : '');
    if (shown === this.#shown) return;
    // Not for the first one: nothing has changed yet.
    if (this.#shown !== null && !stillness.matches) {
      this.#figure.animate(STICK, { duration: STICK_MS, easing: 'ease-out' });
    }
    this.#shown = shown;
    this.#show(shown);
  }

  /** @param {string} label */
  #show(label) {
    const address = this.#pictures.addressOf(label);
    const drawn = address !== '' && !this.#broken.has(address);
    this.#image.hidden = !drawn;
    this.#tile.hidden = drawn;
    setText(this.#tile, drawn ? '' : nameOf(label));
    if (drawn && this.#image.getAttribute('src') !== address) this.#image.src = address;
  }

  #fail() {
    this.#broken.add(this.#image.getAttribute('src') ?? '');
    if (this.#shown !== null) this.#show(this.#shown);
  }
}
