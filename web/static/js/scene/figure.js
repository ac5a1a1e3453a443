// The big emoji and its name. A label without a picture becomes a tile with its name.

import { need, setData, setText, stillness } from '../dom.js';
import { colourOf } from './slots.js';
import { faceFor, nameOf, tipFor, wordsFor } from '../messages/words.js';

/** A calm change: long enough to be seen as one, over before the next can come. */
const COME = [{ opacity: 0.4, transform: 'scale(0.94)' }, { opacity: 1, transform: 'none' }];
const COME_MS = 220;

export class Figure {
  #figure = need('emoji', HTMLElement);
  #image = need('emoji-image', HTMLImageElement);
  #tile = need('emoji-tile', HTMLElement);
  #name = need('expression', HTMLElement);
  #tip = need('tip', HTMLElement);
  #pictures;
  /** @type {Set<string>} addresses that did not load */
  #broken = new Set();
  /** @type {string|null} */
  #shown = null;

  /** @param {Pictures} pictures */
  constructor(pictures) {
    this.#pictures = pictures;
    this.#image.addEventListener('error', () => {
      this.#broken.add(this.#image.getAttribute('src') ?? '');
      if (this.#shown !== null) this.#show(this.#shown);
    });
  }

  /** @param {State} state */
  render({ phase, expression, faces, slots }) {
    const live = phase === 'live';
    const shown = live && expression ? expression : faceFor(phase);
    setData(this.#figure, 'expression', live ? expression : null);
    setText(this.#name, live && expression ? nameOf(expression) : wordsFor(phase).poster);
    setText(this.#tip, live ? tipFor(expression) : '');
    const colour = faces.length > 1 ? colourOf(slots.get(faces[0].id) ?? 0, faces.length) : '';
    this.#figure.style.setProperty('--sticker', colour);
    // Not for the first one: nothing has changed yet.
    if (this.#shown !== null && shown !== this.#shown && !stillness.matches) {
      this.#figure.animate(COME, { duration: COME_MS, easing: 'ease-out' });
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
}
