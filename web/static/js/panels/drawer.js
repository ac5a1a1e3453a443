// The drawer with the settings and figures. Not a dialog: the page stays usable beside it.

import { need } from '../dom.js';

export class Drawer {
  #root = need('drawer', HTMLElement);
  #button = need('open', HTMLButtonElement);
  #onChange;
  /** @type {Element|null} the element that had the focus before */
  #previousFocus = null;

  /** @param {() => void} onChange  called when another part becomes visible */
  constructor(onChange) {
    this.#onChange = onChange;
    this.#root.addEventListener('toggle', ({ target }) => {
      if (target instanceof HTMLDetailsElement && target.open) showSection(target);
      onChange();
    }, true);
    document.addEventListener('keydown', ({ key, defaultPrevented }) => {
      // The Escape that closes a dialog must not close the drawer too.
      const isOurs = !defaultPrevented && !document.querySelector('dialog[open]');
      if (key === 'Escape' && isOurs && !this.#root.hidden) this.close();
    });
  }

  /** @param {string} section  '' for the one that was open last */
  open(section) {
    if (this.#root.hidden) this.#previousFocus = document.activeElement;
    this.#root.hidden = false;
    this.#button.ariaExpanded = 'true';
    document.documentElement.dataset.drawer = '';
    const details = this.#root.querySelector(section ? `[data-section="${section}"]` : 'details[open]')
      ?? this.#root.querySelector('details');
    if (details instanceof HTMLDetailsElement) {
      details.open = true;
      details.querySelector('summary')?.focus();
    }
    this.#onChange();
  }

  close() {
    this.#root.hidden = true;
    this.#button.ariaExpanded = 'false';
    delete document.documentElement.dataset.drawer;
    if (this.#previousFocus instanceof HTMLElement) this.#previousFocus.focus();
    this.#onChange();
  }

  /** @param {string} section */
  isVisible(section) {
    return !this.#root.hidden && this.#root.querySelector(`[data-section="${section}"][open]`) !== null;
  }
}

/**
 * As much of it as there is room for, but always its heading.
 * @param {HTMLDetailsElement} section
 */
function showSection(section) {
  section.scrollIntoView({ block: 'nearest' });
  section.querySelector('summary')?.scrollIntoView({ block: 'nearest' });
}
