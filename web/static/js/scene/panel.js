// The message in the place of the picture, or over it: what the page waits for and the button that helps.

import { make, need, setText } from '../dom.js';
import { language, t } from '../messages/i18n.js';
import { fetchSample, listSamples, sampleUrl } from '../capture/source.js';
import { isRunning, isWatching } from '../state.js';
import { countdown, wordsFor } from '../messages/words.js';

export class Panel {
  root = need('panel', HTMLElement);
  #title = need('panel-title', HTMLElement);
  #text = need('panel-text', HTMLElement);
  #said = need('panel-said', HTMLElement);
  #points = need('panel-points', HTMLElement);
  #countdown = need('panel-countdown', HTMLElement);
  #without = need('without', HTMLElement);
  #drop = need('drop', HTMLElement);
  /** @type {string|null} */
  #pointsOf = null;
  action = need('action', HTMLButtonElement);

  /** @param {State} state */
  render(state) {
    const words = wordsFor(state.phase);
    this.root.hidden = state.phase === 'live';
    setText(this.#title, words.title);
    setText(this.#text, words.text);
    setText(this.#said, state.said ?? '');
    this.#said.hidden = !state.said;
    // What the server says is English.
    this.#said.lang = state.said === t.outdated || state.said === t.badToken ? language : 'en';
    this.#renderPoints(state.phase, words.points ?? []);
    const waiting = isWatching(state.phase) && state.seconds !== null;
    setText(this.#countdown, waiting ? countdown(state.seconds ?? 0) : '');
    this.#countdown.hidden = !waiting;
    setText(this.action, words.action ?? '');
    this.action.hidden = !words.action;
    this.#without.hidden = isRunning(state.phase);
    this.#drop.hidden = !state.dragging;
  }

  /**
   * @param {string} phase
   * @param {readonly (readonly string[])[]} points
   */
  #renderPoints(phase, points) {
    if (this.#pointsOf === phase) return;
    this.#pointsOf = phase;
    this.#points.hidden = points.length === 0;
    this.#points.replaceChildren(...points.flatMap(([term, text]) => [make('dt', '', term), make('dd', '', text)]));
  }
}

/**
 * Buttons of the pictures that come with the page.
 * @param {(picture: Promise<Blob>) => void} show
 */
export async function addSamples(show) {
  const samples = await listSamples();
  need('samples', HTMLElement).replaceChildren(...samples.map(({ file, name, alt }) => {
    const item = make('li', '');
    const button = make('button', 'sample');
    const image = make('img', '');
    Object.assign(image, { src: sampleUrl(file), alt, title: name, loading: 'lazy' });
    button.type = 'button';
    button.addEventListener('click', () => show(fetchSample(file)));
    button.append(image);
    item.append(button);
    return item;
  }));
}
