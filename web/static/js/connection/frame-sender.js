// Sends camera frames as the credits allow. Keeps no queue: a frame is the newest picture or none. Rules: flow.js.

import { SCALES } from './adapt.js';
import {
  flowLimited, flowPaused, frameAnswered, frameSent, maySend, oldestWaitMs, startFlow, uplinkChecked,
} from './flow.js';
import { PageLag } from './page-lag.js';
import { JpegEncoder } from '../capture/jpeg-encoder.js';
import { eachNewFrame } from '../capture/video-frames.js';

export class FrameSender {
  #video;
  #uplink;
  #encoder = new JpegEncoder();
  /** @type {Flow|null} */
  #flow = null;
  /** @type {Map<number, SentFrame>} by frame number */
  #inFlight = new Map();
  /** @type {SendLimits} */
  #userLimits = { fps: null, size: 0 };
  #isEncoding = false;
  #lastPictureAt = 0;
  #stopCalls = () => {};
  #lag = new PageLag();
  #lagTimer = 0;

  /**
   * @param {HTMLVideoElement} video
   * @param {Uplink} uplink
   */
  constructor(video, uplink) {
    this.#video = video;
    this.#uplink = uplink;
    // A video that was paused plays again.
    video.addEventListener('play', () => this.pause());
  }

  /** @param {Limits} limits */
  start(limits) {
    this.stop();
    this.#flow = startFlow(limits, this.#uplink.isLocal);
    this.applyLimits(this.#userLimits);
    this.#lastPictureAt = performance.now();
    this.#watchLag();
    this.#stopCalls = eachNewFrame(this.#video, (takenAt) => void this.#onPicture(takenAt));
  }

  /** @param {SendLimits} limits  chosen by the user */
  applyLimits(limits) {
    this.#userLimits = limits;
    if (this.#flow) this.#flow = flowLimited(this.#flow, limits.fps ?? Infinity);
  }

  stop() {
    this.#stopCalls();
    clearTimeout(this.#lagTimer);
    this.#flow = null;
    this.#inFlight.clear();
  }

  /** A pause begins or ends. The time without pictures or answers is not counted against camera or server. */
  pause() {
    const now = performance.now();
    this.#lastPictureAt = now;
    if (!this.#flow) return;
    this.#flow = flowPaused(this.#flow, now);
    this.#watchLag();
  }

  /**
   * A result arrived, or an error about a frame (which has no server time).
   * @param {number} frame
   * @param {{serverMs: number, queueMs: number}} [times]
   * @returns {SentFrame|null} null if that frame is not in flight
   */
  answered(frame, times) {
    const sent = this.#inFlight.get(frame);
    this.#inFlight.delete(frame);
    if (!this.#flow || sent === undefined) return null;
    const now = performance.now();
    const { shownAt, sentAt } = sent;
    const timing = times && { ...times, encodeMs: sentAt - shownAt, lagMs: this.#lag.between(sentAt, now) };
    this.#flow = frameAnswered(this.#flow, { frame, timing }, now);
    return sent;
  }

  /**
   * @param {number} frame
   * @param {number} [retryMs]  no frame for this many milliseconds
   */
  dropped(frame, retryMs) {
    this.#inFlight.delete(frame);
    if (this.#flow) this.#flow = frameAnswered(this.#flow, { frame, dropped: true, retryMs }, performance.now());
  }

  /** The current frame rate and size; null without a connection. */
  get pace() {
    return this.#flow?.pace ?? null;
  }

  /** Milliseconds that the oldest frame has waited for its answer while the page could have received it. */
  get waitMs() {
    if (!this.#flow) return 0;
    const now = performance.now();
    const waited = oldestWaitMs(this.#flow, now);
    return waited - this.#lag.between(now - waited, now);
  }

  /** Milliseconds since the camera's last new picture; 0 while the user has paused a video. */
  get pictureAgeMs() {
    return this.#flow && !this.#video.paused ? performance.now() - this.#lastPictureAt : 0;
  }

  /** From now on; timers of a hidden tab are late without anything being busy. */
  #watchLag() {
    clearTimeout(this.#lagTimer);
    const look = () => {
      this.#lagTimer = setTimeout(look, this.#lag.look(performance.now()));
    };
    this.#lag.start(performance.now());
    look();
  }

  /** @param {number} takenAt  when the camera took the picture */
  async #onPicture(takenAt) {
    const now = performance.now();
    this.#lastPictureAt = now;
    if (!this.#flow || document.hidden) return;
    const blocked = this.#uplink.isBlocked();
    this.#flow = uplinkChecked(this.#flow, blocked);
    // Behind a frame that is still in the send buffer this one would only get old.
    if (this.#isEncoding || blocked || !maySend(this.#flow, now)) return;
    const { limits, pace } = this.#flow;
    this.#isEncoding = true;
    try {
      const scale = SCALES[Math.max(pace.step, this.#userLimits.size)];
      const jpeg = await this.#encoder.encode(this.#video, limits, scale);
      if (jpeg) this.#send(jpeg, limits, { at: takenAt, shownAt: now });
    } finally {
      this.#isEncoding = false;
    }
  }

  /**
   * @param {ArrayBuffer} jpeg
   * @param {Limits} limits  of the connection that the frame was encoded for
   * @param {Pick<SentFrame, 'at'|'shownAt'>} times  of its picture
   */
  #send(jpeg, limits, times) {
    // The connection may have closed or changed while the JPEG was encoded.
    if (this.#flow?.limits !== limits || !this.#uplink.send(jpeg)) return;
    const now = performance.now();
    this.#flow = frameSent(this.#flow, now);
    this.#inFlight.set(this.#flow.sent, { ...times, sentAt: now, bytes: jpeg.byteLength });
  }
}
