// Frames to the server, answers into the page's state; notices when the server or the camera falls silent.

import { isReduced } from './adapt.js';
import { FrameSender } from './frame-sender.js';
import { addSample, readoutOf, timingOf } from './measurements.js';
import { serverMs } from './protocol.js';
import { PictureCheck } from '../capture/picture-check.js';
import { expire, holdLeftMs, NOTHING_SHOWN, showFaces } from '../scene/expression-hold.js';
import { numberFaces } from '../scene/face-numbers.js';
import { hintOf, NO_HINT } from '../scene/hints.js';
import { t } from '../text/i18n.js';

/** An answer takes about 50 ms; after this long the page says that the server is slow. */
const SLOW_MS = 2500;

/** A socket stays open for minutes after the network is lost; without an answer for this long the page reconnects. */
const SILENT_MS = 10_000;

/** The slowest cameras give five pictures a second. */
const NO_PICTURE_MS = 3000;

/** A muted camera gives no picture, or black ones. */
const MUTED_MS = 2000;

/** How often the displayed figures change: often enough to be current, seldom enough to be read. */
const READOUT_MS = 500;

/** Name of the performance entries, one per result: from the picture being taken to its answer being on the screen. */
const ENTRY = 'emojify:frame';

export class FrameExchange {
  #owner;
  #sender;
  #pictureCheck;
  #shown = NOTHING_SHOWN;
  #hints = NO_HINT;
  /** @type {ReadonlyMap<number, number>} */
  #faceNumbers = new Map();
  /** @type {readonly Sample[]} */
  #samples = [];
  #answers = 0;
  #dropped = 0;
  #holdTimer = 0;
  #readoutAt = 0;
  #isRunning = false;

  /**
   * @param {HTMLVideoElement} video
   * @param {FrameExchangeOwner} owner
   */
  constructor(video, owner) {
    this.#owner = owner;
    this.#sender = new FrameSender(video, owner.uplink);
    this.#pictureCheck = new PictureCheck(video);
  }

  /** @param {Limits} limits */
  start(limits) {
    this.stop();
    this.#isRunning = true;
    this.#dropped = 0;
    this.#sender.start(limits);
  }

  stop() {
    clearTimeout(this.#holdTimer);
    this.#isRunning = false;
    this.#sender.stop();
    this.#shown = NOTHING_SHOWN;
    this.#hints = NO_HINT;
    this.#faceNumbers = new Map();
    this.#samples = [];
  }

  /** @param {SendLimits} limits */
  applyLimits(limits) {
    this.#sender.applyLimits(limits);
  }

  /** The tab was hidden or shown, or the source changes. */
  pause() {
    this.#sender.pause();
  }

  /** @param {ResultMessage|DroppedMessage|ErrorMessage} answer */
  onAnswer(answer) {
    if (!this.#isRunning || answer.frame === null) return;
    this.#answers += 1;
    const { frame } = answer;
    if (answer.type === 'result') this.#onResult(answer);
    else if (answer.type === 'dropped') {
      this.#dropped += 1;
      this.#sender.dropped(frame, answer.retry_after_ms);
      if (answer.reason === 'overload') this.#owner.notice(t.notices.busy);
    } else {
      this.#sender.answered(frame);
      this.#owner.notice(answer.code === 'internal' ? t.notices.serverError : t.notices.badFrame);
      // For developers: what was wrong with the JPEG.
      console.debug('frame %d: %s', frame, answer.message);
    }
    this.#owner.update({ frames: this.#answers });
  }

  /** Checks whether the server or the camera has fallen silent. To be called a few times a second. */
  checkSilence() {
    if (!this.#isRunning || document.hidden) return;
    if (this.#sender.waitMs > SILENT_MS) this.#owner.giveUp();
    else if (this.#sender.waitMs > SLOW_MS) this.#owner.notice(t.notices.slow);
    else if (this.#sender.pictureAgeMs > MUTED_MS && this.#pictureCheck.isMuted) this.#owner.notice(t.hints.muted);
    else if (this.#sender.pictureAgeMs > NO_PICTURE_MS) this.#owner.notice(t.notices.noPicture);
  }

  /** @param {ResultMessage} result */
  #onResult(result) {
    const now = performance.now();
    const faces = document.hidden ? [] : result.faces;
    const sent = this.#measure(result, now);
    this.#shown = showFaces(this.#shown, result.faces, now);
    const fault = faces.length > 0 || document.hidden ? null : this.#pictureCheck.look(now);
    this.#hints = hintOf(this.#hints, faces, now, fault);
    this.#faceNumbers = numberFaces(this.#faceNumbers, faces);
    clearTimeout(this.#holdTimer);
    const left = holdLeftMs(this.#shown, now);
    if (left !== null) this.#holdTimer = setTimeout(() => this.#endHold(), left);
    this.#owner.update({
      faces, facesAt: sent?.shownAt ?? now, faceNumbers: this.#faceNumbers, hint: this.#hints.shown, ...this.#expression(),
    });
    this.#owner.onFaces(result.faces);
  }

  /**
   * @param {ResultMessage} result
   * @param {number} now
   * @returns {SentFrame|null} null if that frame is not in flight
   */
  #measure({ frame, timing_ms: timing }, now) {
    const sent = this.#sender.answered(frame, { serverMs: serverMs(timing), queueMs: timing.queue ?? 0 });
    if (sent === null) return null;
    const { at, shownAt, sentAt, bytes } = sent;
    this.#samples = addSample(this.#samples, { at: now, ms: now - at, captureMs: sentAt - at, bytes, timing });
    requestAnimationFrame(() => recordEntry(at, sentAt - shownAt));
    if (now - this.#readoutAt < READOUT_MS) return sent;
    this.#readoutAt = now;
    const { pace } = this.#sender;
    this.#owner.update({
      readout: readoutOf(this.#samples, pace && isReduced(pace) ? pace.cause : null),
      timing: timingOf(this.#samples, { dropped: this.#dropped, drawMs: this.#owner.drawMs() }),
    });
    return sent;
  }

  #endHold() {
    this.#shown = expire(this.#shown, performance.now());
    this.#owner.update(this.#expression());
  }

  #expression() {
    return { expression: this.#shown.expression, scores: this.#shown.scores };
  }
}

/**
 * Gives the entry to performance observers and deletes it: browsers keep such entries without limit.
 * @param {number} start
 * @param {number} encodeMs
 */
function recordEntry(start, encodeMs) {
  performance.measure(ENTRY, { start, end: performance.now(), detail: { encodeMs } });
  performance.clearMeasures(ENTRY);
}
