// The page's behaviour: start, camera or file, connection, answers, stop. Owns the state; `render` shows it.

import { openCamera, phaseWithoutCamera, watchPermission } from './capture/camera.js';
import { phaseOfCameraError } from './capture/camera-errors.js';
import { listCameras, watchCameras } from './capture/devices.js';
import { NoPictureError, openFile } from './capture/file-source.js';
import { SourcePlayer } from './capture/source-player.js';
import { ServerConnection } from './connection/server-connection.js';
import { ExpressionHistory } from './export/history.js';
import { reducedMotion } from './dom.js';
import { packOf } from './scene/emoji-packs.js';
import { addLoad, livingStatus, NO_LOAD } from './settings/living.js';
import { DEFAULTS, EXPRESSION_SETTINGS, saveSettings } from './settings/settings.js';
import { canStop, initialState, nothingSeen, showsVideo } from './state.js';
import { TeachingLoader } from './teaching/loader.js';
import { t } from './text/i18n.js';

/** How long a notice stays, to be read, and the time for each of its characters if it is long. */
const NOTICE_MS = 4000;

/** The answer to something that the user did stays longer: the file dialog may still be in the way. */
const ANSWER_MS = 8000;
const READING_MS = 70;

/** After this long without an answer to the browser's question the page says where it may be. */
const UNANSWERED_MS = 10_000;

/** Settings that need the camera to be opened again, and settings that are sent to the server. */
const CAMERA_SETTINGS = ['camera', 'facing', 'resolution'];
const SERVER_SETTINGS = ['calibration', 'adapt', ...EXPRESSION_SETTINGS];

export class App {
  #render;
  #store;
  /** @type {State} */
  #state;
  #player;
  #connection;
  #packs;
  #load = NO_LOAD;
  #drawMs;
  /** Loaded when it is needed. */
  teaching;
  #noticeTimer = 0;
  /** The notice that is shown answers something that the user did. */
  #isAnswer = false;
  #askTimer = 0;

  /**
   * @param {{labels: readonly string[], packs: Packs, url: string, video: HTMLVideoElement, settings: Settings,
   *   store: Store, render: (state: State) => void, drawMs: () => number, teachingPage?: TeachingPage}} parts
   *   without `teachingPage` faces are read by what was taught, but nothing can be taught
   */
  constructor({ labels, packs, url, video, settings, store, render, drawMs, teachingPage }) {
    this.#render = render;
    this.#packs = packs;
    this.#drawMs = drawMs;
    this.#store = store;
    this.#state = initialState(phaseWithoutCamera(), settings, new ExpressionHistory(labels));
    this.#player = new SourcePlayer(video, (patch) => this.update(patch), () => this.#end('lost'));
    this.#connection = new ServerConnection(url, video, {
      state: () => this.#state,
      update: (patch) => this.update(patch),
      notice: (text) => this.notice(text),
      onFaces: (faces) => this.#state.history.add(faces, Date.now()),
      onHello: () => this.teaching.connected(),
      onTeaching: (message) => this.teaching.onMessage(message),
      onError: (message) => this.teaching.onError(message),
      onRefused: () => this.#end('refused'),
      drawMs,
    });
    this.#connection.applyLimits(settings);
    void watchPermission((permission) => this.#onPermission(permission !== 'denied'));
    watchCameras(() => void this.#onCamerasChanged());
    reducedMotion.addEventListener('change', () => this.update({}));
    this.update({});
    this.teaching = new TeachingLoader({
      page: teachingPage ?? null,
      state: () => this.#state,
      update: (patch) => this.update(patch),
      notice: (text, isAnswer) => this.notice(text, isAnswer),
      send: (message) => this.#connection.send(message),
      configure: () => this.#connection.configure(),
      forgetCalibration: () => this.set({ calibration: null }),
    }, store);
  }

  /** The button of the status panel: reconnects now, or opens the camera. */
  primaryAction() {
    if (showsVideo(this.#state.phase)) this.#connection.connectNow();
    else if (!canStop(this.#state.phase) && phaseWithoutCamera() === 'idle') void this.#openCamera();
  }

  /**
   * Shows a photo or a video instead of the camera.
   * @param {Promise<Blob>|Blob} file
   */
  async show(file) {
    this.stop();
    this.update({ phase: 'connecting', serverMessage: null, paused: document.hidden });
    try {
      const isOpen = await this.#player.open(async () => openFile(await file), this.#state.settings);
      if (isOpen) this.#connection.start();
    } catch (error) {
      this.stop();
      this.notice(error instanceof NoPictureError ? t.notices.soundOnly : t.notices.badFile, true);
    }
  }

  stop() {
    if (canStop(this.#state.phase)) this.#end(phaseWithoutCamera());
  }

  /** @param {Partial<Settings>} changes */
  set(changes) {
    const old = this.#state.settings;
    const settings = { ...old, ...changes };
    const isChanged = (/** @type {string} */ name) => settings[/** @type {keyof Settings} */ (name)]
      !== old[/** @type {keyof Settings} */ (name)];
    saveSettings(this.#store, settings);
    if (isChanged('living')) this.#load = NO_LOAD;
    this.update({ settings, mirrored: this.#player.isMirrored(settings) });
    this.#connection.applyLimits(settings);
    if (SERVER_SETTINGS.some(isChanged)) this.#connection.configure();
    if (this.#player.kind === 'camera' && CAMERA_SETTINGS.some(isChanged)) void this.#openCamera();
  }

  reset() {
    this.set(DEFAULTS);
  }

  clearHistory() {
    this.update({ history: new ExpressionHistory(this.#state.labels) });
  }

  /** The tab was hidden or shown. */
  visibilityChanged() {
    this.#connection.pause();
    this.update({ paused: document.hidden, faces: [] });
    this.teaching.visibilityChanged();
    if (!document.hidden) this.#connection.connectNow();
  }

  online() {
    this.#connection.connectNow();
  }

  /**
   * @param {string} notice  shown for NOTICE_MS or ANSWER_MS, or longer if it is long
   * @param {boolean} isAnswer  to something that the user did: other notices do not replace it
   */
  notice(notice, isAnswer = false) {
    if (this.#isAnswer && !isAnswer) return;
    this.#isAnswer = isAnswer;
    clearTimeout(this.#noticeTimer);
    const ms = Math.max(isAnswer ? ANSWER_MS : NOTICE_MS, notice.length * READING_MS);
    this.#noticeTimer = setTimeout(() => {
      this.#isAnswer = false;
      this.update({ notice: null });
    }, ms);
    if (notice !== this.#state.notice) this.update({ notice });
  }

  /** @param {Partial<State>} patch */
  update(patch) {
    const { living } = this.#state;
    this.#state = { ...this.#state, ...patch };
    if (patch.readout) this.#load = addLoad(this.#load, this.#drawMs(), patch.readout, performance.now());
    this.#state.living = this.#livingStatus();
    this.#render(this.#state);
    // The motion values cost the server time.
    if (this.#state.living !== living && this.#state.phase === 'live') this.#connection.configure();
  }

  #livingStatus() {
    const { settings, hasMotion } = this.#state;
    return livingStatus({
      isWanted: settings.living, isReduced: reducedMotion.matches, isTooMuch: this.#load.isTooMuch,
      hasRig: packOf(this.#packs, settings.pack).rig !== undefined, isOffered: hasMotion,
    });
  }

  /**
   * The permission changed in the browser: granted after a refusal, or withdrawn from a running camera.
   * @param {boolean} allowed
   */
  #onPermission(allowed) {
    const { phase } = this.#state;
    if (allowed && phase === 'denied') this.update({ phase: 'idle' });
    const usesCamera = this.#player.kind === 'camera' || phase === 'asking' || phase === 'lost';
    if (!allowed && usesCamera) this.#end('denied');
  }

  /** Reopens the camera that was lost, and no other: that would show a view that the user did not choose. */
  async #onCamerasChanged() {
    const devices = await listCameras();
    this.update({ devices });
    const { phase, device, settings } = this.#state;
    const isBack = devices.some(({ id }) => id === device);
    if (phase === 'lost' && isBack) void this.#openCamera({ ...settings, camera: device });
    if (phase === 'no-camera' && devices.length > 0) void this.#openCamera();
  }

  /** Starts with the camera, or replaces the source and keeps the connection. */
  async #openCamera(settings = this.#state.settings) {
    const { phase } = this.#state;
    if (!canStop(phase)) this.#ask();
    this.#connection.pause();
    try {
      const isOpen = await this.#player.open(() => openCamera(settings), settings);
      if (!isOpen || this.#state.phase !== 'asking') return;
      this.update({ phase: 'connecting' });
      this.#connection.start();
    } catch (error) {
      this.#end(this.#player.kind ? 'lost' : phaseOfCameraError(error instanceof Error ? error.name : ''));
    }
  }

  /** Browsers ask the user now; some hide the question. */
  #ask() {
    this.update({ phase: 'asking', isUnanswered: false, serverMessage: null, paused: document.hidden });
    clearTimeout(this.#askTimer);
    this.#askTimer = setTimeout(() => this.update({ isUnanswered: true }), UNANSWERED_MS);
  }

  /**
   * Releases camera and connection.
   * @param {Phase} phase  says why
   */
  #end(phase) {
    this.#connection.stop();
    this.teaching.endRound();
    this.#player.end();
    this.update({ phase, retrySeconds: null, readout: null, timing: null, ...nothingSeen() });
  }
}
