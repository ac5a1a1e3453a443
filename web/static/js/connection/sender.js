// Sends camera frames as the credits allow: looks at every new picture, keeps none. The rules are in flow.js.

import { SCALES } from './adapt.js';
import { Encoder } from '../capture/encoder.js';
import {
  flowLimited, flowPaused, frameAnswered, frameSent, longestWaitMs, maySend, startFlow, wayLookedAt,
} from './flow.js';
import { eachNewFrame } from '../capture/frames.js';

export class Sender {
  #video;
  #way;
  #encoder = new Encoder();
  /** @type {Flow|null} */
  #flow = null;
  /** @type {Map<number, Taken>} by frame number */
  #taken = new Map();
  /** @type {Ceiling} */
  #ceiling = { fps: null, size: 0 };
  #encoding = false;
  #pictureAt = 0;
  #endCalls = () => {};

  /**
   * @param {HTMLVideoElement} video
   * @param {Way} way
   */
  constructor(video, way) {
    this.#video = video;
    this.#way = way;
  }

  /** @param {Limits} limits */
  begin(limits) {
    this.end();
    this.#flow = startFlow(limits);
    this.limit(this.#ceiling);
    this.#pictureAt = performance.now();
    this.#endCalls = eachNewFrame(this.#video, () => void this.#picture());
  }

  /** @param {Ceiling} ceiling */
  limit(ceiling) {
    this.#ceiling = ceiling;
    if (this.#flow) this.#flow = flowLimited(this.#flow, ceiling.fps ?? Infinity);
  }

  end() {
    this.#endCalls();
    this.#flow = null;
    this.#taken.clear();
  }

  /** A pause begins or ends: the time without pictures was not the camera's fault, nor its silence the server's. */
  pause() {
    const now = performance.now();
    this.#pictureAt = now;
    if (this.#flow) this.#flow = flowPaused(this.#flow, now);
  }

  /**
   * A result, or a frame's error when the server says nothing of its time.
   * @param {number} frame
   * @param {{serverMs: number, queueMs: number}} [spent]
   * @returns {Taken|null} null when that frame is not on its way
   */
  answered(frame, spent) {
    const taken = this.#taken.get(frame);
    this.#taken.delete(frame);
    if (!this.#flow || taken === undefined) return null;
    const now = performance.now();
    this.#flow = frameAnswered(this.#flow, { frame, timing: spent && { ageMs: now - taken.at, ...spent } }, now);
    return taken;
  }

  /**
   * @param {number} frame
   * @param {number} [retryMs]  no frame before so many milliseconds
   */
  dropped(frame, retryMs) {
    this.#taken.delete(frame);
    if (this.#flow) this.#flow = frameAnswered(this.#flow, { frame, dropped: true, retryMs }, performance.now());
  }

  /** How much it sends, at which it aims; null without a connection. */
  get pace() {
    return this.#flow?.pace ?? null;
  }

  /** Width of the pictures it sends. */
  get width() {
    return this.#encoder.width;
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
    if (!this.#flow || document.hidden) return;
    const blocked = this.#way.isBlocked();
    this.#flow = wayLookedAt(this.#flow, blocked);
    // Behind a frame that has not left yet this one would only grow old.
    if (this.#encoding || blocked || !maySend(this.#flow, now)) return;
    const { limits, pace } = this.#flow;
    this.#encoding = true;
    try {
      const jpeg = await this.#encoder.encode(this.#video, limits, SCALES[Math.max(pace.step, this.#ceiling.size)]);
      if (jpeg) this.#dispatch(jpeg, limits, now);
    } finally {
      this.#encoding = false;
    }
  }

  /**
   * @param {Blob} jpeg
   * @param {Limits} limits  of the connection it was made for
   * @param {number} taken
   */
  #dispatch(jpeg, limits, taken) {
    // The connection may have ended or changed while the JPEG was made: then it belongs to nobody.
    if (this.#flow?.limits !== limits || !this.#way.send(jpeg)) return;
    const now = performance.now();
    this.#flow = frameSent(this.#flow, now);
    this.#taken.set(this.#flow.sent, { at: taken, captureMs: now - taken, bytes: jpeg.size });
  }
}
