// The drawer with everything that is not needed all the time. Not a dialog: the page stays live beside it.

import { need } from '../dom.js';

export class Drawer {
  #root = need('drawer', HTMLElement);
  #changed;
  /** @type {Element|null} where the keyboard was before */
  #from = null;

  /** @param {() => void} changed  called when something else is seen in it */
  constructor(changed) {
    this.#changed = changed;
    this.#root.addEventListener('toggle', ({ target }) => {
      // A part that opens is seen from its name on.
      if (target instanceof HTMLDetailsElement && target.open) target.scrollIntoView({ block: 'nearest' });
      changed();
    }, true);
    document.addEventListener('keydown', ({ key, defaultPrevented }) => {
      if (key === 'Escape' && !defaultPrevented && !this.#root.hidden) this.close();
    });
  }

  /** @param {string} section  '' as it was left */
  open(section) {
    if (this.#root.hidden) this.#from = document.activeElement;
    this.#root.hidden = false;
    document.documentElement.dataset.drawer = '';
    const details = this.#root.querySelector(section ? `[data-section="${section}"]` : 'details[open], details');
    if (details instanceof HTMLDetailsElement) {
      details.open = true;
      details.querySelector('summary')?.focus();
    }
    this.#changed();
  }

  close() {
    this.#root.hidden = true;
    delete document.documentElement.dataset.drawer;
    if (this.#from instanceof HTMLElement) this.#from.focus();
    this.#changed();
  }

  /** @param {string} section  whether it can be seen */
  shows(section) {
    return !this.#root.hidden && this.#root.querySelector(`[data-section="${section}"][open]`) !== null;
  }
}
