// Under the hood: what a frame costs, stage by stage, and what each figure means.

import { make, need, setText } from '../dom.js';
import { t } from '../messages/i18n.js';

/** Figures under ten are told apart by their tenths. */
const digits = (/** @type {number} */ value) => (value < 10 ? value.toFixed(1) : value.toFixed(0));

export class Hood {
  /** @type {readonly {stage: Stage, unit: string, figure: HTMLElement, bar: HTMLElement}[]} */
  #rows;

  constructor() {
    const stages = /** @type {[Stage, string[]][]} */ (Object.entries(t.hood));
    const list = need('hood', HTMLElement);
    this.#rows = stages.map(([stage, [name, unit, meaning]]) => {
      const term = make('dt', '', name);
      const figure = make('dd', 'hood-figure');
      const bar = make('span', 'hood-bar');
      const about = make('dd', 'hood-about', meaning);
      figure.dataset.stage = stage;
      about.prepend(bar);
      list.append(term, figure, about);
      return { stage, unit, figure, bar };
    });
  }

  /** @param {State} state */
  render({ hood }) {
    for (const { stage, unit, figure, bar } of this.#rows) {
      const value = hood?.[stage];
      const text = stage === 'dropped' ? String(value) : digits(value ?? 0);
      setText(figure, value === undefined ? '–' : `${text} ${unit}`.trim());
      // Only the parts of the age can be compared with it.
      const share = unit === 'ms' && hood ? hood[stage] / Math.max(1, hood.age) : 0;
      bar.style.setProperty('--share', Math.min(1, share).toFixed(3));
    }
  }
}
