// A live connection: frames up, answers into the state, and an eye on both ends that may fall silent.

import { isReduced } from './adapt.js';
import { addSample, readoutOf } from './meter.js';
import { serverMs } from './protocol.js';
import { Sender } from './sender.js';
import { UNSETTLED, expire, holdLeftMs, settle } from './settle.js';
import { NOTICES } from './words.js';

/** @typedef {import('./protocol.js').Result|import('./protocol.js').Dropped|import('./protocol.js').Trouble} Answer */

/**
 * @typedef {object} Owner
 * @property {(patch: Partial<import('./state.js').State>) => void} update
 * @property {import('./sender.js').Way} way  to the server
 * @property {() => void} giveUp  the server has stopped answering
 */

/** An answer takes some 50 ms; from here on people wonder. */
const SLOW_MS = 2500;

/** A socket of a network that is gone stays open for minutes: this long without an answer and it is left. */
const SILENT_MS = 10_000;

/** The slowest cameras give five pictures a second. */
const STILL_MS = 3000;

/** A notice stays at least this long, to be read. */
const NOTICE_MS = 4000;

/** The figures change often enough to be true and seldom enough to be read. */
const READOUT_MS = 500;

/** Name of the performance entries, one a result: from the taking of a picture to the frame of the screen that shows it. */
const ENTRY = 'emojify:frame';

export class Live {
  #owner;
  #sender;
  #settled = UNSETTLED;
  /** @type {readonly import('./meter.js').Sample[]} */
  #samples = [];
  #frames = 0;
  #hold = 0;
  #noticeUntil = 0;
  #readoutAt = 0;
  #on = false;

  /**
   * @param {HTMLVideoElement} video
   * @param {Owner} owner
   */
  constructor(video, owner) {
    this.#owner = owner;
    this.#sender = new Sender(video, owner.way);
  }

  /** @param {import('./protocol.js').Limits} limits */
  begin(limits) {
    this.end();
    this.#on = true;
    this.#sender.begin(limits);
  }

  end() {
    clearTimeout(this.#hold);
    this.#on = false;
    this.#sender.end();
    this.#settled = UNSETTLED;
    this.#samples = [];
    this.#noticeUntil = 0;
  }

  /** The tab was hidden or shown. */
  pause() {
    this.#sender.pause();
  }

  /** @param {Answer} answer */
  heard(answer) {
    if (!this.#on || answer.frame === null) return;
    this.#frames += 1;
    const { frame } = answer;
    if (answer.type === 'result') this.#result(answer);
    else if (answer.type === 'dropped') {
      this.#sender.dropped(frame, answer.retry_after_ms);
      if (answer.reason === 'overload') this.#notice(NOTICES.busy);
    } else {
      this.#sender.answered(frame);
      this.#notice(answer.code === 'internal' ? NOTICES.stumbled : NOTICES.unusable);
      // The server's words are for whoever works on the page: what was wrong with the JPEG and what to send.
      console.debug('frame %d: %s', frame, answer.message);
    }
    this.#owner.update({ frames: this.#frames });
  }

  /** Looks whether the server or the camera has fallen silent. To be called a few times a second. */
  look() {
    if (!this.#on || document.hidden) return;
    if (this.#sender.waitMs > SILENT_MS) return this.#owner.giveUp();
    if (this.#sender.waitMs > SLOW_MS) this.#notice(NOTICES.slow);
    else if (this.#sender.stillMs > STILL_MS) this.#notice(NOTICES.still);
    else if (this.#noticeUntil && performance.now() > this.#noticeUntil) this.#notice(null);
  }

  /** @param {import('./protocol.js').Result} result */
  #result(result) {
    const now = performance.now();
    const spent = { serverMs: serverMs(result.timing_ms), queueMs: result.timing_ms?.queue ?? 0 };
    const taken = this.#sender.answered(result.frame, spent);
    if (taken !== null) {
      this.#samples = addSample(this.#samples, now, now - taken);
      requestAnimationFrame(() => shown(taken));
    }
    this.#settled = settle(this.#settled, result.faces, now);
    clearTimeout(this.#hold);
    const left = holdLeftMs(this.#settled, now);
    if (left !== null) this.#hold = setTimeout(() => this.#letGo(), left);
    this.#owner.update({ faces: document.hidden ? [] : result.faces, ...this.#shown() });
    if (now - this.#readoutAt < READOUT_MS) return;
    this.#readoutAt = now;
    const { pace } = this.#sender;
    this.#owner.update({ readout: readoutOf(this.#samples, pace && isReduced(pace) ? pace.cause : null) });
  }

  #letGo() {
    this.#settled = expire(this.#settled, performance.now());
    this.#owner.update(this.#shown());
  }

  #shown() {
    return { expression: this.#settled.expression, bars: this.#settled.bars };
  }

  /** @param {string|null} notice */
  #notice(notice) {
    this.#noticeUntil = notice ? performance.now() + NOTICE_MS : 0;
    this.#owner.update({ notice });
  }
}

/**
 * For whoever observes: browsers keep such entries for ever, so each is given out and forgotten.
 * @param {number} taken
 */
function shown(taken) {
  performance.measure(ENTRY, { start: taken, end: performance.now() });
  performance.clearMeasures(ENTRY);
}
