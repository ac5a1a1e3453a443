// What a frame costs, stage by stage. The server's stages are those of its answers.

import { make, need, setText } from '../dom.js';
import { livingNote } from '../settings/living.js';
import { t } from '../text/i18n.js';
import { figureTexts } from '../text/phrases.js';

const BEFORE_STAGES = ['fps', 'age', 'capture', 'network'];
const AFTER_STAGES = ['draw', 'dropped', 'sent'];

export class TimingPanel {
  #list = need('timing', HTMLElement);
  #living = need('living-note', HTMLElement);
  /** @type {readonly string[]} the figures in the list */
  #names = [];
  /** @type {readonly {name: string, unit: string, figure: HTMLElement, bar: HTMLElement}[]} */
  #rows = [];

  constructor() {
    this.#build([...BEFORE_STAGES, ...AFTER_STAGES]);
  }

  /** @param {State} state */
  render(state) {
    const { timing } = state;
    const note = livingNote(state);
    setText(this.#living, note ? t.living[note] : '');
    this.#living.hidden = !note;
    const stages = timing?.stages ?? {};
    if (timing) this.#build([...BEFORE_STAGES, ...Object.keys(stages), ...AFTER_STAGES]);
    /** @type {Record<string, number>} */
    const values = timing ? { ...stages, ...timing, stages: 0 } : {};
    for (const { name, unit, figure, bar } of this.#rows) {
      const value = values[name];
      const text = name === 'dropped' ? String(value) : rounded(value ?? 0);
      setText(figure, value === undefined ? '–' : `${text} ${unit}`.trim());
      // Only times are parts of the age.
      const share = unit === 'ms' && timing ? (value ?? 0) / Math.max(1, timing.age) : 0;
      bar.style.setProperty('--share', Math.min(1, share).toFixed(3));
    }
  }

  /** @param {readonly string[]} names */
  #build(names) {
    if (names.join() === this.#names.join()) return;
    this.#names = names;
    this.#list.replaceChildren();
    this.#rows = names.map((name) => {
      const [title, unit, explanation] = figureTexts(name);
      const figure = make('dd', 'timing-figure');
      const bar = make('span', 'timing-bar');
      const about = make('dd', 'timing-about', explanation);
      figure.dataset.figure = name;
      about.prepend(bar);
      this.#list.append(make('dt', '', title), figure, about);
      return { name, unit, figure, bar };
    });
  }
}

/** @param {number} value  with one decimal below ten */
function rounded(value) {
  return value < 10 ? value.toFixed(1) : value.toFixed(0);
}
