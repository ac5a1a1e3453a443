// While nothing runs, the emoji tries on the faces it knows: what the page promises. With reduced motion it keeps one.

import { reducedMotion } from '../dom.js';
import { emojiOf } from '../text/phrases.js';

/** Long enough to recognise a face, short enough that all seven are seen. */
const STEP_MS = 1600;

export class IdleShow {
  #onChange;
  #timer = 0;
  #step = 0;

  /** @param {() => void} onChange  called when another face is due */
  constructor(onChange) {
    this.#onChange = onChange;
  }

  /**
   * The label of the face to show while nothing is live. Starts with the phase's own.
   * @param {State} state
   */
  labelFor({ phase, labels }) {
    const own = emojiOf(phase);
    if (phase !== 'idle' || reducedMotion.matches) {
      clearInterval(this.#timer);
      this.#timer = this.#step = 0;
      return own;
    }
    if (!this.#timer) this.#timer = setInterval(() => this.#next(), STEP_MS);
    return labels[(Math.max(0, labels.indexOf(own)) + this.#step) % labels.length];
  }

  #next() {
    if (document.hidden) return;
    this.#step += 1;
    this.#onChange();
  }
}
