// The message in the place of the picture, or over it: what the page waits for and the button that helps.

import { make, need, setText } from './dom.js';
import { isWatching } from './state.js';
import { countdown, wordsFor } from './words.js';

/** @typedef {import('./state.js').State} State */

export class Panel {
  #root = need('panel', HTMLElement);
  #title = need('panel-title', HTMLElement);
  #text = need('panel-text', HTMLElement);
  #said = need('panel-said', HTMLElement);
  #points = need('panel-points', HTMLElement);
  #countdown = need('panel-countdown', HTMLElement);
  /** @type {string|null} */
  #pointsOf = null;
  action = need('action', HTMLButtonElement);

  /** @param {State} state */
  render(state) {
    const words = wordsFor(state.phase);
    this.#root.hidden = state.phase === 'live';
    setText(this.#title, words.title);
    setText(this.#text, words.text);
    setText(this.#said, state.said ?? '');
    this.#said.hidden = !state.said;
    this.#renderPoints(state.phase, words.points ?? []);
    const waiting = isWatching(state.phase) && state.seconds !== null;
    setText(this.#countdown, waiting ? countdown(state.seconds ?? 0) : '');
    this.#countdown.hidden = !waiting;
    setText(this.action, words.action ?? '');
    this.action.hidden = !words.action;
  }

  /**
   * @param {string} phase
   * @param {readonly (readonly [string, string])[]} points
   */
  #renderPoints(phase, points) {
    if (this.#pointsOf === phase) return;
    this.#pointsOf = phase;
    this.#points.hidden = points.length === 0;
    this.#points.replaceChildren(...points.flatMap(([term, text]) => [make('dt', '', term), make('dd', '', text)]));
  }
}
