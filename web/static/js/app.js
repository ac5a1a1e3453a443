// The page's course of events: Start, camera or file, connection, answers, Stop. It owns the state and shows it to
// nobody but `render`.

import { cameraAllowedHere, openCamera, watchPermission } from './capture/camera.js';
import { phaseOfCameraError } from './capture/camera-errors.js';
import { listCameras, watchCameras } from './capture/devices.js';
import { Feed } from './capture/feed.js';
import { t } from './messages/i18n.js';
import { Link } from './connection/link.js';
import { Rest } from './settings/rest.js';
import { Session } from './export/session.js';
import { DEFAULTS, saveSettings, TUNING } from './settings/settings.js';
import { openFile } from './capture/source.js';
import { initialState, isRunning, isWatching, nothingSeen } from './state.js';

/** A notice stays at least this long, to be read. */
const NOTICE_MS = 4000;

/** Settings that ask for another picture of the camera, and those that the server is told. */
const OF_CAMERA = ['camera', 'facing', 'resolution'];
const OF_SERVER = ['resting', ...TUNING];

export class App {
  #render;
  #store;
  /** @type {State} */
  #state;
  #feed;
  #link;
  #rest;
  #noticed = 0;

  /**
   * @param {{labels: readonly string[], url: string, video: HTMLVideoElement, settings: Settings,
   *   store: Store, render: (state: State) => void, drawMs: () => number}} parts
   */
  constructor({ labels, url, video, settings, store, render, drawMs }) {
    this.#render = render;
    this.#store = store;
    this.#state = initialState(atRest(), settings, new Session(labels));
    this.#feed = new Feed(video, (patch) => this.update(patch), () => this.#end('lost'));
    this.#link = new Link(url, video, {
      state: () => this.#state,
      update: (patch) => this.update(patch),
      notice: (words) => this.notice(words),
      onFaces: (faces) => this.#seen(faces),
      onLook: () => this.#rest.look(),
      onRefused: () => this.#end('refused'),
      drawMs,
    });
    this.#rest = new Rest((learning) => this.update({ learning }), (scores) => this.#learned(scores));
    this.#link.limit(settings);
    void watchPermission((permission) => this.#permitted(permission !== 'denied'));
    watchCameras(() => void this.#camerasChanged());
    render(this.#state);
  }

  /** The button of the panel: what it does depends on what the page is waiting for. */
  act() {
    if (isWatching(this.#state.phase)) this.#link.nudge();
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
      if (await this.#feed.open(async () => openFile(await file), this.#state.settings)) this.#link.start();
    } catch {
      this.stop();
      this.notice(t.notices.badFile);
    }
  }

  stop() {
    if (isRunning(this.#state.phase)) this.#end(atRest());
  }

  /** @param {Partial<Settings>} changes */
  set(changes) {
    const old = this.#state.settings;
    const settings = { ...old, ...changes };
    const isChanged = (/** @type {string} */ name) => settings[/** @type {keyof Settings} */ (name)]
      !== old[/** @type {keyof Settings} */ (name)];
    saveSettings(this.#store, settings);
    this.update({ settings, mirrored: this.#feed.isMirrored(settings) });
    this.#link.limit(settings);
    if (OF_SERVER.some(isChanged)) this.#link.configure();
    if (this.#feed.kind === 'camera' && OF_CAMERA.some(isChanged)) void this.#openCamera();
  }

  reset() {
    this.set(DEFAULTS);
  }

  /** Begins to learn the resting face. */
  learn() {
    this.#rest.begin(this.#state.phase === 'live');
  }

  clearSession() {
    this.update({ session: new Session(this.#state.labels) });
  }

  /** The tab was hidden or shown again. */
  visibilityChanged() {
    this.#link.pause();
    this.update({ paused: document.hidden, faces: [] });
    if (!document.hidden) this.#link.nudge();
  }

  online() {
    this.#link.nudge();
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

  /** One was plugged in or out. The one that was lost is wanted back, and no other: that would look unasked. */
  async #camerasChanged() {
    const devices = await listCameras();
    this.update({ devices });
    const { phase, device, settings } = this.#state;
    const isBack = devices.some(({ id }) => id === device);
    if (phase === 'lost' && isBack) void this.#openCamera({ ...settings, camera: device });
    if (phase === 'no-camera' && devices.length > 0) void this.#openCamera();
  }

  /** Begins with the camera, or exchanges it while the connection is kept. */
  async #openCamera(settings = this.#state.settings) {
    const { phase } = this.#state;
    if (!isRunning(phase)) this.update({ phase: 'asking', said: null, paused: document.hidden });
    this.#link.pause();
    try {
      const isOpen = await this.#feed.open(() => openCamera(settings), settings);
      if (!isOpen || this.#state.phase !== 'asking') return;
      this.update({ phase: 'connecting' });
      this.#link.start();
    } catch (error) {
      this.#end(this.#feed.kind ? 'lost' : phaseOfCameraError(error instanceof Error ? error.name : ''));
    }
  }

  /**
   * Releases all that Start took, and says why.
   * @param {Phase} phase
   */
  #end(phase) {
    this.#link.end();
    this.#rest.end();
    this.#feed.end();
    this.update({ phase, seconds: null, readout: null, hood: null, ...nothingSeen() });
  }

  /** @param {readonly Face[]} faces  of an answer */
  #seen(faces) {
    this.#rest.add(faces);
    this.#state.session.add(faces, Date.now());
  }

  /** @param {readonly number[]} scores */
  #learned(scores) {
    this.set({ resting: { model: this.#link.model, scores } });
  }
}

/** @returns {Phase} of a page that waits for Start */
function atRest() {
  return cameraAllowedHere() ? 'idle' : 'insecure';
}
