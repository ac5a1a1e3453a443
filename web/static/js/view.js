// render(state): the whole page from one state, as often as anybody likes. Each region writes only what changed.

import { Bars } from './bars.js';
import { need, setData, setText } from './dom.js';
import { Figure } from './figure.js';
import { viewShape } from './geometry.js';
import { Overlay } from './overlay.js';
import { Panel } from './panel.js';
import { isRunning, isWatching } from './state.js';
import { readoutWords, wordsFor } from './words.js';

/** @typedef {import('./state.js').State} State */

export class View {
  #root = document.documentElement;
  #pill = need('connection', HTMLElement);
  #readout = need('readout', HTMLElement);
  #notice = need('notice', HTMLElement);
  #panel = new Panel();
  #figure;
  #bars;
  #overlay;
  video = need('camera', HTMLVideoElement);
  action = this.#panel.action;
  stop = need('stop', HTMLButtonElement);

  /** @param {Readonly<Record<string, string>>} emojis */
  constructor(emojis) {
    this.#figure = new Figure(emojis);
    this.#bars = new Bars(emojis);
    this.#overlay = new Overlay(need('boxes', HTMLCanvasElement), this.video);
    this.video.addEventListener('resize', () => this.#reshape());
  }

  /** @param {State} state */
  render(state) {
    const { phase } = state;
    const watching = isWatching(phase);
    const focused = document.activeElement;
    this.#panel.render(state);
    this.#figure.render(state);
    this.#bars.render(state);
    this.#overlay.render(state.faces, watching);
    this.#strip(state);
    this.video.hidden = !watching;
    this.stop.hidden = !isRunning(phase);
    this.#keepFocus(focused);
    setData(this.#root, 'watching', watching ? '' : null);
    setData(this.#root, 'mood', phase === 'live' ? state.expression ?? 'no-face' : wordsFor(phase).face);
    setData(this.#root, 'frames', String(state.frames));
    // Last, so that whoever waits for a state finds the page complete.
    setData(this.#root, 'state', phase);
  }

  /** The camera's picture begins, or a phone was turned. */
  #reshape() {
    const { videoWidth: w, videoHeight: h } = this.video;
    if (w > 0 && h > 0) this.#root.style.setProperty('--shape', viewShape({ w, h }).toFixed(4));
  }

  /** @param {State} state */
  #strip({ phase, notice, readout, paused }) {
    setText(this.#pill, paused && phase === 'live' ? 'Paused' : wordsFor(phase).pill);
    setText(this.#notice, notice ?? '');
    setText(this.#readout, readout && !notice ? readoutWords(readout) : '');
  }

  /**
   * A button that hides takes the keyboard's place on the page with it: the other button takes it over.
   * @param {Element|null} focused
   */
  #keepFocus(focused) {
    if (focused === this.action && this.action.hidden && !this.stop.hidden) this.stop.focus();
    if (focused === this.stop && this.stop.hidden && !this.action.hidden) this.action.focus();
  }
}
