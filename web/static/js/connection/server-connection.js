// The page's connection to the server: handshake, settings, loss and reconnection, reported in the page's state.

import { FrameExchange } from './frame-exchange.js';
import { askWhy, isCertain, isRefusal } from './handshake-check.js';
import { PROTOCOL } from './protocol.js';
import { ReconnectingSocket } from './reconnecting-socket.js';
import { eachNewFrame } from '../capture/video-frames.js';
import { isLocal } from '../config.js';
import { ExpressionHistory } from '../export/history.js';
import { calibrationFor, configureText } from '../settings/settings.js';
import { nothingSeen } from '../state.js';
import { usable } from '../teaching/taught.js';
import { t } from '../text/i18n.js';

/** How often waiting times are checked. */
const CHECK_MS = 250;

export class ServerConnection {
  #owner;
  #video;
  #socket;
  #exchange;
  #checkTimer = 0;
  /** @type {number|null} */
  #retryAt = null;
  /** Ends the wait for a new picture, if there is one. */
  #endWait = () => {};
  /** Problems that the server named since the last connection, or since the shown problem. */
  #problems = 0;
  #url;

  /**
   * @param {string} url
   * @param {HTMLVideoElement} video
   * @param {ServerConnectionOwner} owner
   */
  constructor(url, video, owner) {
    this.#owner = owner;
    this.#url = url;
    this.#video = video;
    this.#socket = new ReconnectingSocket(url, {
      onMessage: (message) => this.#onMessage(message),
      onLost: (why, retryAt) => this.#onLost(why, retryAt),
      onNotOpened: () => void this.#onNotOpened(),
      onIdle: () => this.#onIdle(),
      onRefused: () => owner.onRefused(),
    });
    this.#exchange = new FrameExchange(video, {
      update: owner.update,
      notice: owner.notice,
      onFaces: owner.onFaces,
      drawMs: owner.drawMs,
      uplink: { send: (jpeg) => this.#socket.send(jpeg), isBlocked: () => this.#socket.isBlocked, isLocal: isLocal(url) },
      giveUp: () => this.#socket.giveUp(),
    });
  }

  start() {
    clearInterval(this.#checkTimer);
    this.#checkTimer = setInterval(() => this.#check(), CHECK_MS);
    this.#problems = 0;
    this.#owner.update({ problem: null });
    this.#socket.start();
  }

  stop() {
    clearInterval(this.#checkTimer);
    this.#endWait();
    this.#socket.stop();
    this.#exchange.stop();
    this.#retryAt = null;
  }

  /** Reconnects at once if a reconnection is pending. */
  connectNow() {
    this.#socket.connectNow();
  }

  /** The tab was hidden or shown, or the camera changes: the time without pictures is not counted. */
  pause() {
    this.#exchange.pause();
  }

  /** @param {SendLimits} limits */
  applyLimits(limits) {
    this.#exchange.applyLimits(limits);
  }

  /** Sends the user's settings, with the server's defaults where the user chose nothing. */
  configure() {
    const { settings, defaults, model: sha256, modelLabels: labels, taught, teaching, living } = this.#owner.state();
    const isTaught = Boolean(teaching) && usable(taught, sha256).length > 0;
    if (defaults) this.#socket.send(configureText(settings, defaults, { sha256, labels, isTaught }, living === 'on'));
  }

  /**
   * @param {Readonly<Record<string, unknown>>} message
   * @returns {boolean} false without an open connection
   */
  send(message) {
    return this.#owner.state().phase === 'live' && this.#socket.send(JSON.stringify(message));
  }

  /** @param {Message} message */
  #onMessage(message) {
    if (message.type === 'hello') this.#onHello(message);
    else if (message.type === 'configured') return;
    else if (message.type === 'example') this.#owner.onTeaching(message);
    else if (message.type === 'taught') this.#onTaught(message);
    else if (message.type === 'error' && message.frame === null) this.#onError(message);
    else this.#exchange.onAnswer(message);
  }

  /** @param {HelloMessage} hello */
  #onHello({ protocol, labels, limits, settings: defaults, model, motion, teaching = null }) {
    if (protocol !== PROTOCOL) {
      this.#owner.update({ serverMessage: t.outdated });
      return this.#owner.onRefused();
    }
    this.#retryAt = null;
    this.#problems = 0;
    this.#endWait();
    this.#exchange.start(limits);
    const old = this.#owner.state();
    const isOther = labels.join() !== old.modelLabels.join();
    // A resting face of another model is not in force, so the page must not show it as such.
    const { settings } = old;
    const isUsable = !settings.calibration || calibrationFor(settings, model.sha256, labels);
    this.#owner.update({
      ...(isOther && { modelLabels: labels, history: new ExpressionHistory(labels) }),
      settings: isUsable ? settings : { ...settings, calibration: null }, phase: 'live',
      serverMessage: null, problem: null, retrySeconds: null, round: null, hold: null, defaults, maxFps: limits.fps,
      model: model.sha256, teaching, hasMotion: motion === true,
    });
    // Nothing is taught on a new connection.
    this.#useLabels(labels);
    this.configure();
    this.#owner.onHello();
  }

  /**
   * The results after this message have scores for these labels.
   * @param {TaughtMessage} message
   */
  #onTaught(message) {
    this.#useLabels(message.labels);
    this.#owner.onTeaching(message);
  }

  /** @param {ErrorMessage} message */
  #onError(message) {
    if (!this.#owner.onError(message.message)) this.#owner.update({ serverMessage: textOf(message) });
  }

  /**
   * Equal labels stay the same object, so that nothing derived from them is rebuilt.
   * @param {readonly string[]} labels  in the order of `smoothed`
   */
  #useLabels(labels) {
    const old = this.#owner.state();
    if (labels.join('\n') === old.labels.join('\n')) return;
    this.#owner.update({ labels, history: old.history.relabelled(labels) });
  }

  /**
   * @param {'full'|'again'} why
   * @param {number} retryAt
   */
  #onLost(why, retryAt) {
    this.#exchange.stop();
    this.#endWait();
    this.#retryAt = retryAt;
    // An earlier refusal does not explain a connection that just broke.
    if (why === 'again') this.#owner.update({ serverMessage: null });
    const phase = why === 'full' ? 'full' : this.#owner.state().problem ? 'blocked' : 'reconnecting';
    this.#owner.update({ phase, readout: null, timing: null, ...nothingSeen() });
    this.#check();
  }

  /** The page came, its WebSocket did not open: asks for the reason each time, since another one may follow the first. */
  async #onNotOpened() {
    const problem = await askWhy(this.#url);
    // Meanwhile the page was stopped, or has a connection.
    const { phase, problem: known } = this.#owner.state();
    if (!problem || problem.cause === known?.cause || !['connecting', 'reconnecting', 'blocked'].includes(phase)) return;
    this.#problems += 1;
    if (!isCertain(problem) && this.#problems < 2) return;
    this.#problems = 0;
    this.#owner.update({ problem });
    if (isRefusal(problem)) this.#owner.onRefused();
    else this.#owner.update({ phase: 'blocked' });
  }

  /** The server closed an idle connection (hidden tab, frozen camera). The next picture reconnects. */
  #onIdle() {
    this.#exchange.stop();
    this.#owner.update({ serverMessage: null, readout: null, timing: null, ...nothingSeen() });
    this.#endWait();
    this.#endWait = eachNewFrame(this.#video, () => {
      if (document.hidden) return;
      this.#endWait();
      this.#socket.connectNow();
    });
  }

  #check() {
    this.#exchange.checkSilence();
    if (this.#retryAt === null) return;
    const retrySeconds = Math.max(0, Math.ceil((this.#retryAt - performance.now()) / 1000));
    if (retrySeconds !== this.#owner.state().retrySeconds) this.#owner.update({ retrySeconds });
  }
}

/**
 * The server's message, in the page's language where it has a text for its code. Null where the page says as much: what the
 * server says about a full one is for its operator.
 * @param {{code: string, message: string}} error
 */
function textOf({ code, message }) {
  if (code === 'full') return null;
  if (code === 'crowded') return t.crowded;
  return code === 'bad_token' ? t.badToken : message;
}
