// The page's course of events: Start, camera, connection, answers, Stop. It owns the state and shows it to nobody
// but `render`.

import { cameraAllowedHere, hideCamera, openCamera, releaseCamera, showCamera, watchPermission } from './camera.js';
import { phaseOfCameraError } from './camera-errors.js';
import { Connection } from './connection.js';
import { Live } from './live.js';
import { PROTOCOL } from './protocol.js';
import { initialState, isRunning, isWatching, nothingSeen } from './state.js';
import { OUTDATED } from './words.js';

/** @typedef {import('./state.js').State} State */
/** @typedef {import('./state.js').Phase} Phase */

/** How often waiting times are looked at. */
const WATCH_MS = 250;

export class App {
  #video;
  #render;
  /** @type {State} */
  #state;
  /** @type {MediaStream|null} */
  #stream = null;
  #connection;
  #live;
  /** Grows with every start and end, so that what was begun in an earlier turn knows that it is late. */
  #turn = 0;
  #watch = 0;
  /** @type {number|null} */
  #retryAt = null;

  /**
   * @param {{labels: readonly string[], url: string, video: HTMLVideoElement, render: (state: State) => void}} parts
   */
  constructor({ labels, url, video, render }) {
    this.#video = video;
    this.#render = render;
    this.#state = initialState(labels, cameraAllowedHere() ? 'idle' : 'insecure');
    this.#connection = new Connection(url, {
      onMessage: (message) => this.#heard(message),
      onLost: (why, retryAt) => this.#lost(why, retryAt),
      onRefused: () => this.#end('refused'),
    });
    this.#live = new Live(video, {
      update: (patch) => this.#update(patch),
      way: { send: (jpeg) => this.#connection.send(jpeg), isBlocked: () => this.#connection.isBlocked },
      giveUp: () => this.#connection.giveUp(),
    });
    void watchPermission((permission) => this.#permitted(permission !== 'denied'));
    render(this.#state);
  }

  /** The button of the panel: what it does depends on what the page is waiting for. */
  act() {
    if (isWatching(this.#state.phase)) this.#connection.nudge();
    else void this.#start();
  }

  stop() {
    if (isRunning(this.#state.phase)) this.#end('idle');
  }

  /** The tab was hidden or shown again. */
  visibilityChanged() {
    this.#live.pause();
    this.#update({ paused: document.hidden, faces: [] });
    if (!document.hidden) this.#connection.nudge();
  }

  online() {
    this.#connection.nudge();
  }

  /**
   * The permission was changed in the browser: given back after a refusal, or taken away from a running camera.
   * @param {boolean} allowed
   */
  #permitted(allowed) {
    const { phase } = this.#state;
    if (allowed && phase === 'denied') this.#update({ phase: 'idle' });
    if (!allowed && (isRunning(phase) || phase === 'lost')) this.#end('denied');
  }

  async #start() {
    if (isRunning(this.#state.phase)) return;
    if (!cameraAllowedHere()) return this.#update({ phase: 'insecure' });
    this.#turn += 1;
    const turn = this.#turn;
    this.#update({ phase: 'asking', said: null, paused: document.hidden });
    try {
      const stream = await openCamera();
      // Stopped while the question was open: this camera is wanted by nobody any more.
      if (turn !== this.#turn) return releaseCamera(stream);
      this.#stream = stream;
      await showCamera(this.#video, stream, () => turn === this.#turn && this.#end('lost'));
      if (turn === this.#turn) this.#connect();
    } catch (error) {
      if (turn !== this.#turn) return;
      this.#end(this.#stream ? 'lost' : phaseOfCameraError(error instanceof Error ? error.name : ''));
    }
  }

  #connect() {
    this.#update({ phase: 'connecting' });
    this.#watch = setInterval(() => this.#look(), WATCH_MS);
    this.#connection.start();
  }

  /**
   * Releases all that Start took, and says why.
   * @param {Phase} phase
   */
  #end(phase) {
    this.#turn += 1;
    clearInterval(this.#watch);
    this.#connection.stop();
    this.#live.end();
    hideCamera(this.#video);
    releaseCamera(this.#stream);
    this.#stream = null;
    this.#retryAt = null;
    this.#update({ phase, seconds: null, notice: null, readout: null, ...nothingSeen() });
  }

  /** @param {import('./protocol.js').Message} message */
  #heard(message) {
    if (message.type === 'hello') this.#greeted(message);
    else if (message.type === 'error' && message.frame === null) this.#update({ said: message.message });
    else this.#live.heard(message);
  }

  /** @param {import('./protocol.js').Hello} hello */
  #greeted(hello) {
    if (hello.protocol !== PROTOCOL) {
      this.#update({ said: OUTDATED });
      return this.#end('refused');
    }
    this.#retryAt = null;
    this.#live.begin(hello.limits);
    this.#update({ phase: 'live', labels: hello.labels, said: null, seconds: null });
  }

  /**
   * @param {'full'|'again'} why
   * @param {number} retryAt
   */
  #lost(why, retryAt) {
    this.#live.end();
    this.#retryAt = retryAt;
    // The words of an earlier refusal have nothing to do with a connection that just broke.
    if (why === 'again') this.#update({ said: null });
    this.#update({ phase: why === 'full' ? 'full' : 'reconnecting', notice: null, readout: null, ...nothingSeen() });
    this.#look();
  }

  #look() {
    this.#live.look();
    if (this.#retryAt === null) return;
    const seconds = Math.max(0, Math.ceil((this.#retryAt - performance.now()) / 1000));
    if (seconds !== this.#state.seconds) this.#update({ seconds });
  }

  /** @param {Partial<State>} patch */
  #update(patch) {
    this.#state = { ...this.#state, ...patch };
    this.#render(this.#state);
  }
}
