// What somebody keeps: a snapshot, a recording, the session. Made here and saved by the browser; nothing is sent.

import { Composer } from './compose.js';
import { say, t } from '../messages/i18n.js';
import { isWatching } from '../state.js';

/** Pictures a second of a recording. */
const FPS = 30;

/** The first that the browser can do. */
const TYPES = ['video/webm;codecs=vp9', 'video/webm;codecs=vp8', 'video/webm', 'video/mp4'];

export class Keep {
  #owner;
  #composer;
  /** @type {MediaRecorder|null} */
  #recorder = null;

  /** @param {{view: View, update(patch: Partial<State>): void, notice(words: string): void}} owner */
  constructor(owner) {
    this.#owner = owner;
    this.#composer = new Composer(owner.view);
  }

  /** One PNG: the picture and the emoji side by side. */
  snapshot() {
    // A recording has its canvas at work; another one would not be the same picture.
    if (!this.#recorder) this.#composer.resize();
    this.#composer.draw(this.#owner.view.state, performance.now());
    this.#composer.canvas.toBlob((png) => png && this.save(png, 'png'));
  }

  /** Begins a recording, or ends it. */
  record() {
    if (this.#recorder) return this.stop();
    const type = TYPES.find((each) => globalThis.MediaRecorder?.isTypeSupported(each));
    if (!type) return this.#owner.notice(t.notices.noRecorder);
    this.#composer.resize();
    this.#composer.draw(this.#owner.view.state, performance.now());
    const stream = this.#composer.canvas.captureStream(FPS);
    const recorder = new MediaRecorder(stream, { mimeType: type });
    /** @type {Blob[]} */
    const parts = [];
    recorder.addEventListener('dataavailable', ({ data }) => parts.push(data));
    recorder.addEventListener('stop', () => {
      stream.getTracks().forEach((track) => track.stop());
      this.save(new Blob(parts, { type: type.split(';')[0] }), type.includes('webm') ? 'webm' : 'mp4');
    });
    this.#recorder = recorder;
    recorder.start();
    const began = performance.now();
    let shown = -1;
    this.#owner.view.also((now) => {
      if (this.#recorder !== recorder) return false;
      if (!isWatching(this.#owner.view.state.phase)) return this.stop(), false;
      this.#composer.draw(this.#owner.view.state, now);
      const second = Math.floor((performance.now() - began) / 1000);
      if (second !== shown) this.#owner.update({ recordingMs: second * 1000 });
      shown = second;
      return true;
    });
  }

  /** Ends a recording and saves it, if there is one. */
  stop() {
    this.#recorder?.stop();
    this.#recorder = null;
    this.#owner.update({ recordingMs: null });
  }

  csv() {
    this.save(new Blob([this.#owner.view.state.session.toCsv()], { type: 'text/csv' }), 'csv');
  }

  json() {
    this.save(new Blob([this.#owner.view.state.session.toJson()], { type: 'application/json' }), 'json');
  }

  /**
   * @param {Blob} content
   * @param {string} ending
   */
  save(content, ending) {
    const name = `emojify-${new Date().toISOString().slice(0, 19).replaceAll(':', '-')}.${ending}`;
    const link = document.createElement('a');
    link.href = URL.createObjectURL(content);
    link.download = name;
    link.click();
    // Some browsers read it a moment later.
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
    this.#owner.notice(say(t.notices.saved, { name }));
  }
}
