// The whole page from one state, as often as anybody likes: each region writes only what changed.

import { Bars } from './bars.js';
import { Chart } from './chart.js';
import { Controls } from '../settings/controls.js';
import { need, setData, setText } from '../dom.js';
import { Drawer } from '../settings/drawer.js';
import { Figure } from './figure.js';
import { viewShape } from './geometry.js';
import { Hood } from './hood.js';
import { say, t } from '../messages/i18n.js';
import { DrawLoop } from './loop.js';
import { Others } from './others.js';
import { Overlay } from './overlay.js';
import { creditOf, packOf } from './packs.js';
import { Panel } from './panel.js';
import { Pictures } from './pictures.js';
import { isRunning, isWatching } from '../state.js';
import { Strip } from './strip.js';
import { faceFor, wordsFor } from '../messages/words.js';

/** Weight of a new measurement of the time that drawing takes. */
const WEIGHT = 0.1;

export class View {
  #root = document.documentElement;
  #pill = need('connection', HTMLElement);
  #credit = need('credit', HTMLElement);
  #panel = new Panel();
  #strip = new Strip();
  #drawer = new Drawer(() => this.#wake());
  #hood = new Hood();
  #chart = new Chart();
  #packs;
  #figure;
  #bars;
  #others;
  /** @type {State|null} */
  #state = null;
  #dirty = false;
  #loop = new DrawLoop((now) => this.#draw(now));
  /** @type {(now: number) => boolean} */
  #also = () => false;
  video = need('camera', HTMLVideoElement);
  pictures = new Pictures(() => this.#wake());
  overlay = new Overlay(need('boxes', HTMLCanvasElement), this.video, this.pictures, () => this.#wake());
  /** What a drawing of the page takes, in milliseconds. */
  drawMs = 0;

  /** @param {Packs} packs */
  constructor(packs) {
    this.#packs = packs;
    this.#figure = new Figure(this.pictures);
    this.#bars = new Bars(this.pictures);
    this.#others = new Others(this.pictures);
    this.controls = new Controls(packs);
    this.video.addEventListener('resize', () => this.#reshape());
  }

  /** @param {State} state */
  render(state) {
    this.#state = state;
    this.#wake();
  }

  /** The state that is shown. */
  get state() {
    if (!this.#state) throw new Error('nothing was rendered yet');
    return this.#state;
  }

  /** @param {(now: number) => boolean} draw  called in every round of the loop, as long as it returns true */
  also(draw) {
    this.#also = draw;
    this.#wake();
  }

  /** @param {string} section  of the drawer; '' as it was left */
  open(section) {
    this.#drawer.open(section);
  }

  close() {
    this.#drawer.close();
  }

  #wake() {
    this.#dirty = true;
    this.#loop.wake();
  }

  /** @param {number} now */
  #draw(now) {
    const began = performance.now();
    const { state } = this;
    if (this.#dirty) this.#write(state);
    this.#dirty = false;
    const moving = this.overlay.draw(now);
    const recording = this.#also(now);
    this.drawMs += WEIGHT * (performance.now() - began - this.drawMs);
    return moving || recording;
  }

  /** @param {State} state */
  #write(state) {
    const { phase, settings } = state;
    const watching = isWatching(phase);
    const focused = document.activeElement;
    const pack = packOf(this.#packs, settings.pack);
    this.pictures.use(pack.emojis);
    this.#panel.render(state);
    this.#figure.render(state);
    this.#bars.render(state);
    this.#others.render(state);
    this.overlay.render(state);
    this.#strip.render(state);
    this.controls.render(state);
    if (this.#drawer.shows('hood')) this.#hood.render(state);
    if (this.#drawer.shows('session')) this.#chart.render(state);
    setText(this.#credit, say(t.page.emojis, { credit: creditOf(pack) }));
    setText(this.#pill, state.paused && phase === 'live' ? t.paused : wordsFor(phase).pill);
    this.video.hidden = !watching;
    this.#keepFocus(focused, isRunning(phase));
    setData(this.#root, 'watching', watching ? '' : null);
    setData(this.#root, 'mirrored', state.mirrored ? '' : null);
    setData(this.#root, 'source', state.source);
    setData(this.#root, 'mode', settings.mode);
    setData(this.#root, 'theme', settings.theme);
    setData(this.#root, 'mood', phase === 'live' ? state.expression ?? 'no-face' : faceFor(phase));
    setData(this.#root, 'frames', String(state.frames));
    // Last, so that whoever waits for a state finds the page complete.
    setData(this.#root, 'state', phase);
  }

  /** The picture begins, or a phone was turned. */
  #reshape() {
    const { videoWidth: w, videoHeight: h } = this.video;
    if (w > 0 && h > 0) this.#root.style.setProperty('--shape', viewShape({ w, h }).toFixed(4));
    this.#wake();
  }

  /**
   * A button that hides takes the keyboard's place on the page with it: another button takes it over.
   * @param {Element|null} focused
   * @param {boolean} running
   */
  #keepFocus(focused, running) {
    const { stop } = this.#strip;
    const { action } = this.#panel;
    if (!(focused instanceof HTMLElement) || focused.offsetParent) return;
    if (running && this.#panel.root.contains(focused)) stop.focus();
    if (!running && this.#strip.root.contains(focused)) action.focus();
  }
}
