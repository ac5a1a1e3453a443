// One wanted connection to the server: opened, watched, opened again. When to do so is decided in backoff.js.

import { afterClose, attemptAfter, delayMs } from './backoff.js';
import { readMessage } from './protocol.js';

/** A server that is there says hello within milliseconds; a socket still silent after this goes nowhere. */
const HELLO_MS = 10_000;

/** Close code of our own for a server that stopped answering (4000 to 4999 are free for applications). */
const NO_ANSWER = 4000;

export class Connection {
  #url;
  #listener;
  /** @type {WebSocket|null} */
  #socket = null;
  #timer = 0;
  #attempt = 0;
  #wanted = false;

  /**
   * @param {string} url
   * @param {ConnectionListener} listener
   */
  constructor(url, listener) {
    this.#url = url;
    this.#listener = listener;
  }

  start() {
    this.#wanted = true;
    this.#attempt = 0;
    this.#open();
  }

  stop() {
    this.#wanted = false;
    clearTimeout(this.#timer);
    this.#drop(1000);
  }

  /** Try at once if there is no connection: the network is back, the tab is visible, a picture came, somebody asked. */
  nudge() {
    if (this.#wanted && !this.#socket) this.#open();
  }

  /** The server has stopped answering: leave it and come back. */
  giveUp() {
    this.#drop(NO_ANSWER);
    this.#retry('again');
  }

  /**
   * @param {Blob|string} message  a JPEG, or JSON
   * @returns {boolean} false when the socket is not open
   */
  send(message) {
    if (this.#socket?.readyState !== WebSocket.OPEN) return false;
    this.#socket.send(message);
    return true;
  }

  /** Whether what was sent has yet to leave the browser: the way to the server is slower than it is used. */
  get isBlocked() {
    return (this.#socket?.bufferedAmount ?? 0) > 0;
  }

  #open() {
    clearTimeout(this.#timer);
    const socket = new WebSocket(this.#url);
    this.#socket = socket;
    this.#timer = setTimeout(() => this.giveUp(), HELLO_MS);
    // Events of a socket that was dropped for another one come late and count for nothing.
    socket.addEventListener('message', ({ data }) => this.#socket === socket && this.#heard(data));
    socket.addEventListener('close', ({ code }) => this.#socket === socket && this.#closed(code));
  }

  /** @param {unknown} data */
  #heard(data) {
    const message = readMessage(data);
    if (!message) return;
    if (message.type === 'hello') clearTimeout(this.#timer);
    // Not at hello: a server that dies of the first frame would be asked again every second for ever.
    if (message.type === 'result') this.#attempt = 0;
    this.#listener.onMessage(message);
  }

  /** @param {number} code */
  #closed(code) {
    clearTimeout(this.#timer);
    this.#socket = null;
    const why = afterClose(code);
    if (why === 'refused') {
      this.#wanted = false;
      this.#listener.onRefused();
    } else if (why === 'idle') {
      this.#listener.onIdle();
    } else {
      this.#retry(why);
    }
  }

  /** @param {'full'|'again'} why */
  #retry(why) {
    if (!this.#wanted) return;
    this.#attempt = attemptAfter(this.#attempt, why);
    const delay = delayMs(this.#attempt, Math.random());
    this.#attempt += 1;
    // A hidden tab sends nothing, so it needs no connection: becoming visible is the next attempt.
    this.#timer = setTimeout(() => document.hidden || this.nudge(), delay);
    this.#listener.onLost(why, performance.now() + delay);
  }

  /** @param {number} code */
  #drop(code) {
    clearTimeout(this.#timer);
    const socket = this.#socket;
    this.#socket = null;
    socket?.close(code);
  }
}
