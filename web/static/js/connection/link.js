// The link to the server: connected, greeted, told what was chosen, lost and found again. What it says of itself goes
// into the state.

import { Connection } from './connection.js';
import { eachNewFrame } from '../capture/frames.js';
import { t } from '../messages/i18n.js';
import { Live } from './live.js';
import { PROTOCOL } from './protocol.js';
import { Session } from '../export/session.js';
import { canRest, configureText, restingFor } from '../settings/settings.js';
import { nothingSeen } from '../state.js';

/** How often waiting times are looked at. */
const WATCH_MS = 250;

export class Link {
  #owner;
  #video;
  #connection;
  #live;
  #watch = 0;
  /** @type {number|null} */
  #retryAt = null;
  /** Ends the wait for a picture, if there is one. */
  #endWait = () => {};
  /** Sha256 of the model that answers; '' before the first hello. */
  model = '';

  /**
   * @param {string} url
   * @param {HTMLVideoElement} video
   * @param {LinkOwner} owner
   */
  constructor(url, video, owner) {
    this.#owner = owner;
    this.#video = video;
    this.#connection = new Connection(url, {
      onMessage: (message) => this.#heard(message),
      onLost: (why, retryAt) => this.#lost(why, retryAt),
      onIdle: () => this.#rest(),
      onRefused: () => owner.onRefused(),
    });
    this.#live = new Live(video, {
      update: owner.update,
      notice: owner.notice,
      onFaces: owner.onFaces,
      drawMs: owner.drawMs,
      way: { send: (jpeg) => this.#connection.send(jpeg), isBlocked: () => this.#connection.isBlocked },
      giveUp: () => this.#connection.giveUp(),
    });
  }

  start() {
    clearInterval(this.#watch);
    this.#watch = setInterval(() => this.#look(), WATCH_MS);
    this.#connection.start();
  }

  end() {
    clearInterval(this.#watch);
    this.#endWait();
    this.#connection.stop();
    this.#live.end();
    this.#retryAt = null;
  }

  /** Try at once if an attempt is being waited for. */
  nudge() {
    this.#connection.nudge();
  }

  /** The tab was hidden or shown, or another camera comes: the time without pictures means nothing. */
  pause() {
    this.#live.pause();
  }

  /** @param {Ceiling} ceiling */
  limit(ceiling) {
    this.#live.limit(ceiling);
  }

  /** Tells the server what was chosen, where that is not its own default. */
  configure() {
    const { settings, defaults, labels } = this.#owner.state();
    if (defaults) this.#connection.send(configureText(settings, defaults, this.model, labels));
  }

  /** @param {Message} message */
  #heard(message) {
    if (message.type === 'hello') this.#greeted(message);
    else if (message.type === 'configured') return;
    else if (message.type === 'error' && message.frame === null) this.#owner.update({ said: said(message) });
    else this.#live.heard(message);
  }

  /** @param {Hello} hello */
  #greeted({ protocol, labels, limits, settings, model }) {
    if (protocol !== PROTOCOL) {
      this.#owner.update({ said: t.outdated });
      return this.#owner.onRefused();
    }
    this.#retryAt = null;
    this.#endWait();
    this.model = model.sha256;
    this.#live.begin(limits);
    const old = this.#owner.state();
    // The same labels stay the same object: nothing that is made of them is made again.
    const known = labels.join() === old.labels.join() ? {} : { labels, session: new Session(labels) };
    // One that another model saw is not in force, so the page must not say that it is.
    const kept = old.settings;
    const chosen = !kept.resting || restingFor(kept, this.model, labels) ? kept : { ...kept, resting: null };
    this.#owner.update({
      ...known, settings: chosen, phase: 'live', said: null, seconds: null, defaults: settings, mostFps: limits.fps,
      canRest: 'resting' in settings && canRest(labels),
    });
    this.configure();
  }

  /**
   * @param {'full'|'again'} why
   * @param {number} retryAt
   */
  #lost(why, retryAt) {
    this.#live.end();
    this.#endWait();
    this.#retryAt = retryAt;
    // The words of an earlier refusal have nothing to do with a connection that just broke.
    if (why === 'again') this.#owner.update({ said: null });
    const phase = why === 'full' ? 'full' : 'reconnecting';
    this.#owner.update({ phase, readout: null, hood: null, ...nothingSeen() });
    this.#look();
  }

  /**
   * The server gave our place away, for nothing came: the tab is hidden, or the camera stands still. The next picture is
   * the time to come back; all else can stay as it is.
   */
  #rest() {
    this.#live.end();
    this.#owner.update({ said: null, readout: null, hood: null, ...nothingSeen() });
    this.#endWait();
    this.#endWait = eachNewFrame(this.#video, () => {
      if (document.hidden) return;
      this.#endWait();
      this.#connection.nudge();
    });
  }

  #look() {
    this.#live.look();
    this.#owner.onLook();
    if (this.#retryAt === null) return;
    const seconds = Math.max(0, Math.ceil((this.#retryAt - performance.now()) / 1000));
    if (seconds !== this.#owner.state().seconds) this.#owner.update({ seconds });
  }
}

/**
 * What the server says of the connection, in the page's own words where it has some.
 * @param {{code: string, message: string}} error
 */
function said({ code, message }) {
  return code === 'bad_token' ? t.badToken : message;
}
