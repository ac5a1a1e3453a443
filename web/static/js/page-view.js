// Renders the whole page from one state. May be called at any rate: each part writes only what has changed.

import { need, setData, setText } from './dom.js';
import { Drawer } from './panels/drawer.js';
import { FilmControls } from './panels/film-controls.js';
import { HistoryChart } from './panels/history-chart.js';
import { SettingsForm } from './panels/settings-form.js';
import { StatusPanel } from './panels/status-panel.js';
import { TimingPanel } from './panels/timing-panel.js';
import { Toolbar } from './panels/toolbar.js';
import { DrawLoop } from './scene/draw-loop.js';
import { creditOf, packOf } from './scene/emoji-packs.js';
import { createEmojiRenderer } from './scene/emoji-view.js';
import { FaceOverlay } from './scene/face-overlay.js';
import { viewShape } from './scene/geometry.js';
import { Ground } from './scene/ground.js';
import { IdleShow } from './scene/idle-show.js';
import { LivingFaces } from './scene/living-faces.js';
import { MainEmoji } from './scene/main-emoji.js';
import { OtherEmojis } from './scene/other-emojis.js';
import { ScoreBars } from './scene/score-bars.js';
import { canStop, showsVideo } from './state.js';
import { OwnPack } from './teaching/own-pack.js';
import { hueOf } from './teaching/taught.js';
import { targetScene } from './teaching/target-scene.js';
import { format, t } from './text/i18n.js';
import { textsOf, useNames } from './text/phrases.js';

/** Name of the performance entries, one for each drawing of living emojis: its time, and the look of the main emoji. */
const ENTRY = 'emojify:living';

/** Weight of a new measurement in the mean drawing time. */
const WEIGHT = 0.1;

export class PageView {
  video = need('camera', HTMLVideoElement);
  renderer = createEmojiRenderer(() => this.#redraw());
  living = new LivingFaces();
  overlay = new FaceOverlay(need('boxes', HTMLCanvasElement), this.video, this, () => this.#redraw());
  /** Mean time to draw the page, in milliseconds. */
  drawMs = 0;
  #root = document.documentElement;
  #ground = new Ground();
  #connection = need('connection', HTMLElement);
  #credit = need('credit', HTMLElement);
  #statusPanel = new StatusPanel();
  #toolbar = new Toolbar();
  film = new FilmControls(this.video);
  #drawer = new Drawer(() => this.#redraw());
  #timingPanel = new TimingPanel();
  #chart = new HistoryChart(() => this.#redraw());
  #idleShow = new IdleShow(() => this.#redraw());
  #mainEmoji = new MainEmoji(this.renderer, this.living);
  #scoreBars = new ScoreBars(this.renderer);
  #otherEmojis = new OtherEmojis(this.renderer, this.living);
  #packs;
  /** @type {State|null} */
  #state = null;
  #isDirty = false;
  #loop = new DrawLoop((now) => this.#draw(now));
  /** @type {(now: number) => boolean} */
  #alsoDraw = () => false;
  /** @type {(state: State) => void} */
  #alsoRender = () => {};
  #ownPack = new OwnPack();

  /** @param {Packs} packs */
  constructor(packs) {
    this.#packs = packs;
    this.form = new SettingsForm(packs);
    this.video.addEventListener('resize', () => this.#reshape());
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.#redraw());
  }

  /** @param {State} state */
  render(state) {
    this.#state = state;
    this.#redraw();
  }

  /** The rendered state. */
  get state() {
    if (!this.#state) throw new Error('nothing was rendered yet');
    return this.#state;
  }

  /** @param {(now: number) => boolean} draw  called in every animation frame while it returns true */
  alsoDraw(draw) {
    this.#alsoDraw = draw;
    this.#redraw();
  }

  /** @param {(state: State) => void} render  called with every state that is shown */
  alsoRender(render) {
    this.#alsoRender = render;
  }

  redraw() {
    this.#redraw();
  }

  /** @param {string} section  of the drawer; '' for the one that was open last */
  openDrawer(section) {
    this.#drawer.open(section);
  }

  closeDrawer() {
    this.#drawer.close();
  }

  #redraw() {
    this.#isDirty = true;
    this.#loop.wake();
  }

  /** @param {number} now */
  #draw(now) {
    const start = performance.now();
    const wasDirty = this.#isDirty;
    if (wasDirty) this.#write(this.state);
    this.#isDirty = false;
    const written = performance.now();
    const { videoWidth, videoHeight } = this.video;
    this.living.render(this.state, videoWidth / Math.max(1, videoHeight));
    const lives = this.living.move(now);
    if (wasDirty || lives) {
      this.#mainEmoji.animate();
      this.#otherEmojis.animate();
    }
    const animated = performance.now();
    const isMoving = this.overlay.draw(now, lives);
    if (lives) recordEntry(written, this.state.settings.mode === 'face' ? performance.now() : animated, this.living.main);
    const isRecording = this.#alsoDraw(now);
    this.drawMs += WEIGHT * (performance.now() - start - this.drawMs);
    return isMoving || isRecording || lives;
  }

  /** @param {State} state */
  #write(state) {
    const { phase, settings } = state;
    const focused = document.activeElement;
    const pack = packOf(this.#packs, settings.pack);
    // First: the chart reads its colour from the theme.
    setData(this.#root, 'theme', settings.theme);
    useNames(state.taught);
    this.renderer.usePack(this.#ownPack.of(pack, state));
    this.#statusPanel.render(state);
    const stopped = this.#idleShow.labelFor(state);
    const scene = targetScene(state);
    this.#mainEmoji.render(scene, stopped, scene === state);
    this.#scoreBars.render(state);
    this.#otherEmojis.render(state);
    this.overlay.render(state);
    this.#toolbar.render(state);
    this.film.render(state);
    this.form.render(state);
    this.#alsoRender(state);
    if (this.#drawer.isVisible('timing')) this.#timingPanel.render(state);
    if (this.#drawer.isVisible('history')) this.#chart.render(state);
    setText(this.#credit, format(t.page.emojis, { credit: creditOf(pack) }));
    setText(this.#connection, state.paused && phase === 'live' ? t.paused : textsOf(phase).connection);
    this.video.hidden = !showsVideo(phase);
    this.#keepFocus(focused, canStop(phase));
    this.#writeRoot(scene, stopped);
  }

  /**
   * @param {State} state
   * @param {string} stopped  the shown label while nothing is live
   */
  #writeRoot({ phase, settings, mirrored, source, expression, frames, taught, round }, stopped) {
    setData(this.#root, 'video', showsVideo(phase) ? '' : null);
    setData(this.#root, 'mirrored', mirrored ? '' : null);
    setData(this.#root, 'source', source);
    // In a round one sees one's own face, and the emoji to imitate.
    setData(this.#root, 'mode', round ? 'beside' : settings.mode);
    setData(this.#root, 'round', round?.phase ?? null);
    const hue = phase === 'live' ? hueOf(expression ?? 'no-face', round ? [...round.steps, ...taught] : taught) : stopped;
    setData(this.#root, 'hue', hue);
    this.#ground.show(hue);
    setData(this.#root, 'frames', String(frames));
    // Last: a test that waits for a state then finds the page complete.
    setData(this.#root, 'state', phase);
  }

  /** The picture appears, or a phone was turned. */
  #reshape() {
    const { videoWidth: w, videoHeight: h } = this.video;
    if (w > 0 && h > 0) this.#root.style.setProperty('--shape', viewShape({ w, h }).toFixed(4));
    this.#redraw();
  }

  /**
   * Moves the focus from a button that was hidden to the one that replaces it.
   * @param {Element|null} focused
   * @param {boolean} running
   */
  #keepFocus(focused, running) {
    if (!(focused instanceof HTMLElement) || focused.offsetParent) return;
    if (running && this.#statusPanel.root.contains(focused)) this.#toolbar.stop.focus();
    if (!running && this.#toolbar.root.contains(focused)) this.#statusPanel.action.focus();
  }
}

/**
 * Gives the entry to performance observers and deletes it: browsers keep such entries without limit.
 * @param {number} start
 * @param {number} end
 * @param {Look|null} look
 */
function recordEntry(start, end, look) {
  performance.measure(ENTRY, { start, end, detail: look });
  performance.clearMeasures(ENTRY);
}
