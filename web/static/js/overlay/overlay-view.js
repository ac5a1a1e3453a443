// Draws the overlay: the emoji alone, or the emojis on the faces, on a transparent ground; a sentence where that cannot be.

import { make, need, setData, setText } from '../dom.js';
import { DrawLoop } from '../scene/draw-loop.js';
import { packOf } from '../scene/emoji-packs.js';
import { createEmojiRenderer } from '../scene/emoji-view.js';
import { NO_FACE } from '../scene/expression-hold.js';
import { FaceOverlay } from '../scene/face-overlay.js';
import { LivingFaces } from '../scene/living-faces.js';
import { showsVideo } from '../state.js';
import { OwnPack } from '../teaching/own-pack.js';
import { t } from '../text/i18n.js';
import { pointsOf, textsOf } from '../text/phrases.js';

/** A short interruption is not worth a sentence in a stream. */
const PATIENCE_MS = 4000;

/** Phases that pass by themselves. */
const PASSING = new Set(['connecting', 'reconnecting', 'blocked', 'full']);

/** Of a frame when nothing is known: a feed has no picture. */
const USUAL_SHAPE = 4 / 3;

export class OverlayView {
  video = need('camera', HTMLVideoElement);
  renderer = createEmojiRenderer(() => this.#redraw());
  living = new LivingFaces();
  action = need('action', HTMLButtonElement);
  /** Time of the last drawing, in milliseconds. */
  drawMs = 0;
  #overlay = new FaceOverlay(need('boxes', HTMLCanvasElement), this.video, this, () => this.#redraw());
  #host = need('emoji', HTMLElement);
  #emoji = this.renderer.viewIn(this.#host);
  #message = need('message', HTMLElement);
  #words = need('words', HTMLElement);
  #packs;
  #ownPack = new OwnPack();
  #options;
  /** @type {State|null} */
  #state = null;
  #isDirty = false;
  /** Since when the phase is one that passes. */
  #since = 0;
  #timer = 0;
  #loop = new DrawLoop((now) => this.#draw(now));

  /**
   * @param {Packs} packs
   * @param {OverlayOptions} options
   */
  constructor(packs, options) {
    this.#packs = packs;
    this.#options = options;
    const root = document.documentElement;
    setData(root, 'show', options.show);
    setData(root, 'edge', options.edge ? '' : null);
    root.style.setProperty('--size', String(options.size));
    if (options.ground) root.style.setProperty('--ground', options.ground);
  }

  /** @param {State} state */
  render(state) {
    if (state.phase !== this.#state?.phase) this.#since = performance.now();
    this.#state = state;
    this.#redraw();
  }

  #redraw() {
    this.#isDirty = true;
    this.#loop.wake();
  }

  /** @param {number} now */
  #draw(now) {
    const state = this.#state;
    if (!state) return false;
    const start = performance.now();
    const { videoWidth, videoHeight } = this.video;
    this.living.render(state, videoHeight > 0 ? videoWidth / videoHeight : USUAL_SHAPE);
    const lives = this.living.move(now);
    if (this.#isDirty) this.#write(state);
    this.#isDirty = false;
    const label = state.phase === 'live' ? state.expression ?? NO_FACE : NO_FACE;
    if (this.#options.show === 'emoji') this.#emoji.show(label, this.living.main);
    const isMoving = this.#options.show !== 'emoji' && this.#overlay.draw(now, lives);
    this.drawMs = performance.now() - start;
    return isMoving || lives;
  }

  /** @param {State} state */
  #write(state) {
    const root = document.documentElement;
    this.renderer.usePack(this.#ownPack.of(packOf(this.#packs, state.settings.pack), state));
    this.#overlay.render(state);
    const isAway = state.expression === null || (this.#options.away === 'nothing' && state.expression === NO_FACE);
    this.#host.hidden = this.#options.show !== 'emoji' || state.phase !== 'live' || isAway;
    setData(root, 'mirrored', state.mirrored ? '' : null);
    setData(root, 'video', showsVideo(state.phase) ? '' : null);
    setData(this.#host, 'expression', state.expression);
    this.#writeMessage(state);
    // Last: a test that waits for a state then finds the page complete.
    setData(root, 'state', state.phase);
  }

  /** @param {State} state */
  #writeMessage({ phase, serverMessage, isUnanswered }) {
    const isPassing = PASSING.has(phase);
    const left = PATIENCE_MS - (performance.now() - this.#since);
    clearTimeout(this.#timer);
    if (isPassing && left > 0) this.#timer = setTimeout(() => this.#redraw(), left);
    this.#message.hidden = phase === 'live' || (isPassing && left > 0);
    const { title, text, action = '' } = textsOf(phase);
    const isFed = this.#options.feed === 'tab';
    const lines = isFed ? [t.overlay.title, t.overlay.waiting]
      : [title, text, ...pointsOf(phase === 'idle' ? 'asking' : phase).map(([, point]) => point)];
    if (isUnanswered && phase === 'asking') lines.push(t.unanswered);
    if (phase === 'denied') lines.push(t.overlay.obs);
    if (serverMessage) lines.push(serverMessage);
    if (this.#words.textContent !== lines.join('')) {
      this.#words.replaceChildren(...lines.filter(Boolean).map((line, index) => make('p', index ? '' : 'overlay-title', line)));
    }
    this.action.hidden = isFed || !action;
    setText(this.action, action);
  }
}
