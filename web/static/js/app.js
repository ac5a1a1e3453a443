// The page's course of events: Start, camera or file, connection, answers, Stop. It owns the state and shows it to
// nobody but `render`.

import { cameraAllowedHere, openCamera, watchPermission } from './camera.js';
import { phaseOfCameraError } from './camera-errors.js';
import { Connection } from './connection.js';
import { listCameras, watchCameras } from './devices.js';
import { Feed } from './feed.js';
import { t } from './i18n.js';
import { Live } from './live.js';
import { PROTOCOL } from './protocol.js';
import { Rest } from './rest.js';
import { Session } from './session.js';
import { DEFAULTS, saveSettings, TUNING } from './settings.js';
import { openFile } from './source.js';
import { initialState, isRunning, isWatching, nothingSeen } from './state.js';

/** How often waiting times are looked at. */
const WATCH_MS = 250;

/** A notice stays at least this long, to be read. */
const NOTICE_MS = 4000;

/** Settings that ask for another picture of the camera. */
const CAMERA_SETTINGS = ['camera', 'facing', 'resolution'];

export class App {
  #render;
  #store;
  /** @type {State} */
  #state;
  #feed;
  #connection;
  #live;
  #rest;
  /** Sha256 of the model that answers. */
  #model = '';
  #watch = 0;
  #noticed = 0;
  /** @type {number|null} */
  #retryAt = null;

  /**
   * @param {{labels: readonly string[], url: string, video: HTMLVideoElement, settings: Settings,
   *   store: Store, render: (state: State) => void, drawMs: () => number}} parts
   */
  constructor({ labels, url, video, settings, store, render, drawMs }) {
    this.#render = render;
    this.#store = store;
    this.#state = initialState(cameraAllowedHere() ? 'idle' : 'insecure', settings, new Session(labels));
    this.#connection = new Connection(url, {
      onMessage: (message) => this.#heard(message),
      onLost: (why, retryAt) => this.#lost(why, retryAt),
      onRefused: () => this.#end('refused'),
    });
    this.#live = new Live(video, {
      update: (patch) => this.update(patch),
      way: { send: (jpeg) => this.#connection.send(jpeg), isBlocked: () => this.#connection.isBlocked },
      giveUp: () => this.#connection.giveUp(),
      notice: (text) => this.notice(text),
      onFaces: (faces) => this.#seen(faces),
      drawMs,
    });
    this.#feed = new Feed(video, (patch) => this.update(patch), () => this.#end('lost'));
    this.#rest = new Rest((learning) => this.update({ learning }), (scores) => this.#learned(scores));
    this.#live.limit(settings);
    void watchPermission((permission) => this.#permitted(permission !== 'denied'));
    watchCameras(() => void this.#camerasChanged());
    render(this.#state);
  }

  /** The button of the panel: what it does depends on what the page is waiting for. */
  act() {
    if (isWatching(this.#state.phase)) this.#connection.nudge();
    else if (!isRunning(this.#state.phase) && cameraAllowedHere()) void this.#openCamera();
  }

  /**
   * A photograph or a video in place of the camera.
   * @param {Promise<Blob>|Blob} file
   */
  async show(file) {
    this.stop();
    this.update({ phase: 'connecting', said: null, paused: document.hidden });
    try {
      if (await this.#feed.open(async () => openFile(await file), this.#state.settings)) this.#connect();
    } catch {
      this.stop();
      this.notice(t.notices.badFile);
    }
  }

  stop() {
    if (isRunning(this.#state.phase)) this.#end(cameraAllowedHere() ? 'idle' : 'insecure');
  }

  /** @param {Partial<Settings>} changes */
  set(changes) {
    const settings = { ...this.#state.settings, ...changes };
    saveSettings(this.#store, settings);
    this.update({ settings, mirrored: this.#feed.isMirrored(settings) });
    this.#live.limit(settings);
    if (['resting', ...TUNING].some((name) => name in changes)) this.#configure();
    if (this.#feed.kind === 'camera' && CAMERA_SETTINGS.some((name) => name in changes)) void this.#openCamera();
  }

  reset() {
    this.set(DEFAULTS);
  }

  learn() {
    this.#rest.begin(this.#state.phase === 'live');
  }

  clearSession() {
    this.update({ session: new Session(this.#state.labels) });
  }

  /** The tab was hidden or shown again. */
  visibilityChanged() {
    this.#live.pause();
    this.update({ paused: document.hidden, faces: [] });
    if (!document.hidden) this.#connection.nudge();
  }

  online() {
    this.#connection.nudge();
  }

  /** @param {string} notice  one calm line, for a few seconds */
  notice(notice) {
    clearTimeout(this.#noticed);
    this.#noticed = setTimeout(() => this.update({ notice: null }), NOTICE_MS);
    if (notice !== this.#state.notice) this.update({ notice });
  }

  /** @param {Partial<State>} patch */
  update(patch) {
    this.#state = { ...this.#state, ...patch };
    this.#render(this.#state);
  }

  /**
   * The permission was changed in the browser: given back after a refusal, or taken away from a running camera.
   * @param {boolean} allowed
   */
  #permitted(allowed) {
    const { phase } = this.#state;
    if (allowed && phase === 'denied') this.update({ phase: 'idle' });
    const usesCamera = this.#feed.kind === 'camera' || phase === 'asking' || phase === 'lost';
    if (!allowed && usesCamera) this.#end('denied');
  }

  /** One was plugged in or out. The one that was lost, or missing, is wanted back. */
  async #camerasChanged() {
    const devices = await listCameras();
    this.update({ devices });
    if (devices.length > 0 && ['lost', 'no-camera'].includes(this.#state.phase)) this.act();
  }

  /** Begins with the camera, or exchanges it while the connection is kept. */
  async #openCamera() {
    const { phase } = this.#state;
    if (!isRunning(phase)) this.update({ phase: 'asking', said: null, paused: document.hidden });
    this.#live.pause();
    try {
      const isOpen = await this.#feed.open(() => openCamera(this.#state.settings), this.#state.settings);
      if (isOpen && this.#state.phase === 'asking') this.#connect();
    } catch (error) {
      this.#end(this.#feed.kind ? 'lost' : phaseOfCameraError(error instanceof Error ? error.name : ''));
    }
  }

  #connect() {
    this.update({ phase: 'connecting' });
    this.#watch = setInterval(() => this.#look(), WATCH_MS);
    this.#connection.start();
  }

  /**
   * Releases all that Start took, and says why.
   * @param {Phase} phase
   */
  #end(phase) {
    clearInterval(this.#watch);
    this.#connection.stop();
    this.#live.end();
    this.#rest.end();
    this.#feed.end();
    this.#retryAt = null;
    this.update({ phase, seconds: null, readout: null, hood: null, ...nothingSeen() });
  }

  /** @param {Message} message */
  #heard(message) {
    if (message.type === 'hello') this.#greeted(message);
    else if (message.type === 'configured') return;
    else if (message.type === 'error' && message.frame === null) this.update({ said: message.message });
    else this.#live.heard(message);
  }

  /** @param {Hello} hello */
  #greeted({ protocol, labels, limits, settings, model }) {
    if (protocol !== PROTOCOL) {
      this.update({ said: t.outdated });
      return this.#end('refused');
    }
    this.#retryAt = null;
    this.#model = model.sha256;
    this.#live.begin(limits);
    const { session } = this.#state;
    const same = labels.join() === session.labels.join();
    this.update({
      phase: 'live', labels: same ? this.#state.labels : labels, session: same ? session : new Session(labels),
      said: null, seconds: null, defaults: settings, mostFps: limits.fps, canRest: 'resting' in settings,
    });
    this.#configure();
  }

  /** Tells the server what was chosen, where that is not its own default. */
  #configure() {
    const { settings, defaults } = this.#state;
    if (!defaults) return;
    const values = Object.fromEntries(TUNING.map((name) => [name, settings[name] ?? defaults[name]]));
    const resting = settings.resting?.model === this.#model ? settings.resting.scores : null;
    this.#connection.send(JSON.stringify({ type: 'configure', ...values, ...(this.#state.canRest && { resting }) }));
  }

  /** @param {readonly Face[]} faces */
  #seen(faces) {
    this.#rest.add(faces);
    this.#state.session.add(faces, Date.now());
  }

  /** @param {readonly number[]} scores */
  #learned(scores) {
    this.set({ resting: { model: this.#model, scores } });
  }

  /**
   * @param {'full'|'again'} why
   * @param {number} retryAt
   */
  #lost(why, retryAt) {
    this.#live.end();
    this.#rest.end();
    this.#retryAt = retryAt;
    // The words of an earlier refusal have nothing to do with a connection that just broke.
    if (why === 'again') this.update({ said: null });
    this.update({ phase: why === 'full' ? 'full' : 'reconnecting', readout: null, hood: null, ...nothingSeen() });
    this.#look();
  }

  #look() {
    this.#live.look();
    this.#rest.look();
    if (this.#retryAt === null) return;
    const seconds = Math.max(0, Math.ceil((this.#retryAt - performance.now()) / 1000));
    if (seconds !== this.#state.seconds) this.update({ seconds });
  }
}
