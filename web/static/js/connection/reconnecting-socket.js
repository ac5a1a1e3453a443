// A WebSocket that reconnects. backoff.js decides when.

import { afterClose, attemptAfter, delayMs } from './backoff.js';
import { readMessage } from './protocol.js';

/** A running server sends `hello` within milliseconds; without one for this long the connection is given up. */
const HELLO_MS = 10_000;

/** Close code for a server that stopped answering. Applications may use 4000 to 4999. */
const NO_ANSWER = 4000;

export class ReconnectingSocket {
  #url;
  #listener;
  /** @type {WebSocket|null} */
  #socket = null;
  #timer = 0;
  #attempt = 0;
  #isWanted = false;
  /** Whether the last handshake succeeded. */
  #hasOpened = false;

  /**
   * @param {string} url
   * @param {SocketListener} listener
   */
  constructor(url, listener) {
    this.#url = url;
    this.#listener = listener;
  }

  start() {
    this.#isWanted = true;
    this.#attempt = 0;
    this.#open();
  }

  stop() {
    this.#isWanted = false;
    this.#close(1000);
  }

  /** Connects at once instead of after the delay: the network is back, the tab is visible, the user asked for it. */
  connectNow() {
    if (this.#isWanted && !this.#socket) this.#open();
  }

  /** The server stopped answering: closes the connection and reconnects later. */
  giveUp() {
    this.#close(NO_ANSWER);
    this.#retry('again');
  }

  /**
   * @param {ArrayBuffer|string} message  a JPEG, or JSON
   * @returns {boolean} false when the socket is not open
   */
  send(message) {
    if (this.#socket?.readyState !== WebSocket.OPEN) return false;
    this.#socket.send(message);
    return true;
  }

  /** Whether the send buffer holds data: the network is slower than the page sends. */
  get isBlocked() {
    return (this.#socket?.bufferedAmount ?? 0) > 0;
  }

  #open() {
    clearTimeout(this.#timer);
    const socket = new WebSocket(this.#url);
    this.#socket = socket;
    this.#timer = setTimeout(() => this.giveUp(), HELLO_MS);
    this.#hasOpened = false;
    socket.addEventListener('open', () => {
      if (this.#socket === socket) this.#hasOpened = true;
    });
    // Late events of a socket that has been replaced are ignored.
    socket.addEventListener('message', ({ data }) => this.#socket === socket && this.#onMessage(data));
    socket.addEventListener('close', ({ code }) => this.#socket === socket && this.#onClose(code));
  }

  /** @param {unknown} data */
  #onMessage(data) {
    const message = readMessage(data);
    if (!message) return;
    if (message.type === 'hello') clearTimeout(this.#timer);
    // Not on `hello`: a server that fails at the first frame would be retried every second.
    if (message.type === 'result') this.#attempt = 0;
    this.#listener.onMessage(message);
  }

  /** @param {number} code */
  #onClose(code) {
    clearTimeout(this.#timer);
    this.#socket = null;
    const why = afterClose(code);
    if (why === 'refused') {
      this.#isWanted = false;
      this.#listener.onRefused();
    } else if (why === 'idle') {
      this.#listener.onIdle();
    } else {
      this.#retry(why);
    }
  }

  /** @param {'full'|'again'} why */
  #retry(why) {
    if (!this.#isWanted) return;
    this.#attempt = attemptAfter(this.#attempt, why);
    const delay = delayMs(this.#attempt, Math.random());
    this.#attempt += 1;
    // A hidden tab sends nothing and needs no connection; it reconnects when it becomes visible.
    this.#timer = setTimeout(() => document.hidden || this.connectNow(), delay);
    this.#listener.onLost(why, performance.now() + delay);
    if (!this.#hasOpened) this.#listener.onNotOpened();
  }

  /** @param {number} code */
  #close(code) {
    clearTimeout(this.#timer);
    const socket = this.#socket;
    this.#socket = null;
    socket?.close(code);
  }
}
