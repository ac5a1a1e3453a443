// A live connection: frames up, answers into the state, and an eye on both ends that may fall silent.

import { isReduced } from './adapt.js';
import { hintOf, NO_HINT } from '../scene/hints.js';
import { t } from '../messages/i18n.js';
import { addSample, hoodOf, readoutOf } from './meter.js';
import { serverMs } from './protocol.js';
import { Sender } from './sender.js';
import { UNSETTLED, expire, holdLeftMs, settle } from '../scene/settle.js';
import { assignSlots } from '../scene/slots.js';

/** An answer takes some 50 ms; from here on people wonder. */
const SLOW_MS = 2500;

/** A socket of a network that is gone stays open for minutes: this long without an answer and it is left. */
const SILENT_MS = 10_000;

/** The slowest cameras give five pictures a second. */
const STILL_MS = 3000;

/** The figures change often enough to be true and seldom enough to be read. */
const READOUT_MS = 500;

/** Name of the performance entries, one a result: from the taking of a picture to the screen that shows it. */
const ENTRY = 'emojify:frame';

export class Live {
  #owner;
  #sender;
  #settled = UNSETTLED;
  #hinting = NO_HINT;
  /** @type {ReadonlyMap<number, number>} */
  #slots = new Map();
  /** @type {readonly Sample[]} */
  #samples = [];
  #frames = 0;
  #dropped = 0;
  #hold = 0;
  #readoutAt = 0;
  #on = false;

  /**
   * @param {HTMLVideoElement} video
   * @param {LiveOwner} owner
   */
  constructor(video, owner) {
    this.#owner = owner;
    this.#sender = new Sender(video, owner.way);
  }

  /** @param {Limits} limits */
  begin(limits) {
    this.end();
    this.#on = true;
    this.#dropped = 0;
    this.#sender.begin(limits);
  }

  end() {
    clearTimeout(this.#hold);
    this.#on = false;
    this.#sender.end();
    this.#settled = UNSETTLED;
    this.#hinting = NO_HINT;
    this.#slots = new Map();
    this.#samples = [];
  }

  /** @param {Ceiling} ceiling */
  limit(ceiling) {
    this.#sender.limit(ceiling);
  }

  /** The tab was hidden or shown, or the source is changed. */
  pause() {
    this.#sender.pause();
  }

  /** @param {Result|Dropped|Trouble} answer */
  heard(answer) {
    if (!this.#on || answer.frame === null) return;
    this.#frames += 1;
    const { frame } = answer;
    if (answer.type === 'result') this.#result(answer);
    else if (answer.type === 'dropped') {
      this.#dropped += 1;
      this.#sender.dropped(frame, answer.retry_after_ms);
      if (answer.reason === 'overload') this.#owner.notice(t.notices.busy);
    } else {
      this.#sender.answered(frame);
      this.#owner.notice(answer.code === 'internal' ? t.notices.stumbled : t.notices.unusable);
      // The server's words are for whoever works on the page: what was wrong with the JPEG and what to send.
      console.debug('frame %d: %s', frame, answer.message);
    }
    this.#owner.update({ frames: this.#frames });
  }

  /** Looks whether the server or the camera has fallen silent. To be called a few times a second. */
  look() {
    if (!this.#on || document.hidden) return;
    if (this.#sender.waitMs > SILENT_MS) return this.#owner.giveUp();
    if (this.#sender.waitMs > SLOW_MS) this.#owner.notice(t.notices.slow);
    else if (this.#sender.stillMs > STILL_MS) this.#owner.notice(t.notices.still);
  }

  /** @param {Result} result */
  #result(result) {
    const now = performance.now();
    const faces = document.hidden ? [] : result.faces;
    this.#measure(result, now);
    this.#settled = settle(this.#settled, result.faces, now);
    this.#hinting = hintOf(this.#hinting, faces, now);
    this.#slots = assignSlots(this.#slots, faces);
    clearTimeout(this.#hold);
    const left = holdLeftMs(this.#settled, now);
    if (left !== null) this.#hold = setTimeout(() => this.#letGo(), left);
    this.#owner.update({ faces, slots: this.#slots, hint: this.#hinting.shown, ...this.#shown() });
    this.#owner.onFaces(result.faces);
  }

  /**
   * @param {Result} result
   * @param {number} now
   */
  #measure({ frame, timing_ms: server = {} }, now) {
    const taken = this.#sender.answered(frame, { serverMs: serverMs(server), queueMs: server.queue ?? 0 });
    if (taken === null) return;
    const { at, captureMs, bytes } = taken;
    this.#samples = addSample(this.#samples, { at: now, ms: now - at, captureMs, bytes, server });
    requestAnimationFrame(() => shown(at));
    if (now - this.#readoutAt < READOUT_MS) return;
    this.#readoutAt = now;
    const { pace } = this.#sender;
    this.#owner.update({
      readout: readoutOf(this.#samples, pace && isReduced(pace) ? pace.cause : null),
      hood: hoodOf(this.#samples, { dropped: this.#dropped, drawMs: this.#owner.drawMs() }),
    });
  }

  #letGo() {
    this.#settled = expire(this.#settled, performance.now());
    this.#owner.update(this.#shown());
  }

  #shown() {
    return { expression: this.#settled.expression, bars: this.#settled.bars };
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
