// The emoji of the largest face, and the name of its expression.

import { need, setData, setText } from '../dom.js';
import { burstOf, drawBurst } from './burst.js';
import { colourOf, SINGLE_COLOUR } from './face-numbers.js';
import { nameOf, textsOf, tipFor } from '../text/phrases.js';

export class MainEmoji {
  #host = need('emoji', HTMLElement);
  #name = need('expression', HTMLElement);
  #tip = need('tip', HTMLElement);
  #view;
  #living;
  #label = '';
  /** Without a face, and where a round shows an expression to be imitated, the emoji does not move. */
  /** @type {string|null} */
  #edge = null;
  #isStill = true;
  /** @type {{label: string|null, isSpent: boolean}} */
  #burst = { label: null, isSpent: false };

  /**
   * @param {EmojiRenderer} renderer
   * @param {LivingFaces} living
   */
  constructor(renderer, living) {
    this.#view = renderer.viewIn(this.#host);
    this.#living = living;
  }

  /**
   * @param {State} state
   * @param {string} stopped  the label to show while nothing is live
   * @param {boolean} lives  whether it is the face's own expression; another one is still
   */
  render({ phase, expression, faces, faceNumbers, hint }, stopped, lives) {
    const live = phase === 'live';
    const label = live && expression ? expression : stopped;
    const name = live && expression ? nameOf(expression) : textsOf(phase).headline;
    setData(this.#host, 'expression', live ? expression : null);
    setText(this.#name, name);
    // The style sheet fits the size of the letters to the longest word, and to two lines.
    const letters = Math.max(name.length / 2, ...name.split(' ').map(({ length }) => length));
    this.#name.style.setProperty('--letters', String(letters));
    // What is wrong with the picture is no fault of the person.
    setText(this.#tip, live && !(hint && expression === 'no-face') ? tipFor(expression) : '');
    const colour = faces.length > 1 ? colourOf(faceNumbers.get(faces[0].id) ?? 0, faces.length) : '';
    this.#host.style.setProperty('--emoji-edge', colour);
    this.#label = label;
    this.#isStill = !lives;
    this.#edge = expression === 'no-face' ? null : colour || SINGLE_COLOUR;
    const { isNow, ...burst } = burstOf(this.#burst, live ? expression : null, faces[0]?.confidence ?? null);
    this.#burst = burst;
    if (isNow) drawBurst(this.#host);
  }

  /** Shows the emoji as the face is now. To be called after `render`, and in each animation frame. */
  animate() {
    this.#view.show(this.#label, this.#isStill ? null : this.#living.main, this.#edge);
  }
}
