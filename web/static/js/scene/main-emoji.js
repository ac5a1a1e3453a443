// The emoji of the largest face, and the name of its expression.

import { need, reducedMotion, setData, setText } from '../dom.js';
import { colourOf } from './face-numbers.js';
import { emojiOf, nameOf, textsOf, tipFor } from '../text/phrases.js';

/** Marks a change of expression; ends before the next one can come. */
const ENTRANCE = [{ opacity: 0.4, transform: 'scale(0.94)' }, { opacity: 1, transform: 'none' }];
const ENTRANCE_MS = 220;

export class MainEmoji {
  #host = need('emoji', HTMLElement);
  #name = need('expression', HTMLElement);
  #tip = need('tip', HTMLElement);
  #view;
  /** @type {string|null} */
  #shown = null;

  /** @param {EmojiRenderer} renderer */
  constructor(renderer) {
    this.#view = renderer.viewIn(this.#host);
  }

  /** @param {State} state */
  render({ phase, expression, faces, faceNumbers }) {
    const live = phase === 'live';
    const label = live && expression ? expression : emojiOf(phase);
    setData(this.#host, 'expression', live ? expression : null);
    setText(this.#name, live && expression ? nameOf(expression) : textsOf(phase).headline);
    setText(this.#tip, live ? tipFor(expression) : '');
    const colour = faces.length > 1 ? colourOf(faceNumbers.get(faces[0].id) ?? 0, faces.length) : '';
    this.#host.style.setProperty('--emoji-edge', colour);
    if (this.#shown !== null && label !== this.#shown && !reducedMotion.matches) {
      this.#host.animate(ENTRANCE, { duration: ENTRANCE_MS, easing: 'ease-out' });
    }
    this.#shown = label;
    this.#view.show(label, faces[0]?.outputs);
  }
}
