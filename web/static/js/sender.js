// Sends camera frames as the credits allow: looks at every new picture, keeps none. The rules are in flow.js.

import { Encoder } from './encoder.js';
import { frameAnswered, frameSent, longestWaitMs, maySend, startFlow } from './flow.js';
import { eachNewFrame } from './frames.js';

/** @typedef {import('./flow.js').Flow} Flow */

export class Sender {
  #video;
  #send;
  #encoder = new Encoder();
  /** @type {Flow|null} */
  #flow = null;
  /** @type {Map<number, number>} frame number to the time its picture was taken */
  #taken = new Map();
  #encoding = false;
  #pictureAt = 0;
  #endCalls = () => {};

  /**
   * @param {HTMLVideoElement} video
   * @param {(jpeg: Blob) => boolean} send  false when there is no connection to send on
   */
  constructor(video, send) {
    this.#video = video;
    this.#send = send;
  }

  /** @param {import('./protocol.js').Limits} limits */
  begin(limits) {
    this.end();
    this.#flow = startFlow(limits);
    this.#pictureAt = performance.now();
    this.#endCalls = eachNewFrame(this.#video, () => void this.#picture());
  }

  end() {
    this.#endCalls();
    this.#flow = null;
    this.#taken.clear();
  }

  /** After a pause: the time without pictures was not the camera's fault. */
  wake() {
    this.#pictureAt = performance.now();
  }

  /**
   * @param {import('./flow.js').Answer} answer
   * @returns {number|null} how old the picture of that frame is now, in milliseconds
   */
  answered(answer) {
    if (!this.#flow) return null;
    const now = performance.now();
    const taken = this.#taken.get(answer.frame);
    this.#taken.delete(answer.frame);
    this.#flow = frameAnswered(this.#flow, answer, now);
    return taken === undefined ? null : now - taken;
  }

  /** How long the oldest frame has waited for its answer, in milliseconds. */
  get waitMs() {
    return this.#flow ? longestWaitMs(this.#flow, performance.now()) : 0;
  }

  /** How long there has been no new picture from the camera, in milliseconds. */
  get stillMs() {
    return this.#flow ? performance.now() - this.#pictureAt : 0;
  }

  async #picture() {
    const now = performance.now();
    this.#pictureAt = now;
    const flow = this.#flow;
    if (!flow || this.#encoding || document.hidden || !maySend(flow, now)) return;
    this.#encoding = true;
    try {
      const jpeg = await this.#encoder.encode(this.#video, flow.limits);
      if (jpeg) this.#dispatch(jpeg, flow.limits, now);
    } finally {
      this.#encoding = false;
    }
  }

  /**
   * @param {Blob} jpeg
   * @param {import('./protocol.js').Limits} limits  of the connection it was made for
   * @param {number} taken
   */
  #dispatch(jpeg, limits, taken) {
    // The connection may have ended or changed while the JPEG was made: then it belongs to nobody.
    if (this.#flow?.limits !== limits || !this.#send(jpeg)) return;
    this.#flow = frameSent(this.#flow, performance.now());
    this.#taken.set(this.#flow.sent, taken);
  }
}
