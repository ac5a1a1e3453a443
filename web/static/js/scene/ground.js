// The page's background, in the colour of the expression: the new colour fades in over the old one.

import { make, reducedMotion, setData } from '../dom.js';

const FADE_MS = 700;

export class Ground {
  #below = make('div', 'ground');
  #above = make('div', 'ground');
  /** @type {Animation|null} */
  #fade = null;

  constructor() {
    document.body.prepend(this.#below, this.#above);
  }

  /** @param {string} hue  a label or `no-face` */
  show(hue) {
    const old = this.#above.dataset.hue;
    if (hue === old) return;
    // During a fade the lower layer takes the mixture that is visible now.
    this.#below.style.background = this.#fade?.playState === 'running' ? this.#mixture() : '';
    setData(this.#below, 'hue', old ?? hue);
    setData(this.#above, 'hue', hue);
    this.#fade?.cancel();
    if (old !== undefined && !reducedMotion.matches) {
      this.#fade = this.#above.animate({ opacity: [0, 1] }, { duration: FADE_MS, easing: 'ease-out' });
    }
  }

  #mixture() {
    const above = getComputedStyle(this.#above);
    const below = getComputedStyle(this.#below);
    const share = 100 * Number(above.opacity);
    return `color-mix(in srgb, ${above.backgroundColor} ${share}%, ${below.backgroundColor})`;
  }
}
