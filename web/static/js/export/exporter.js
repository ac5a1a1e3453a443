// Saves a snapshot, a recording or the history as files. Everything is made in the browser; nothing is sent.

import { ComposedView } from './composed-view.js';
import { Recorder } from './recorder.js';
import { showsVideo } from '../state.js';
import { format, t } from '../text/i18n.js';

/** Pictures a second of a recording. */
const FPS = 30;

/** Some browsers read the file after the click. */
const URL_LIFETIME_MS = 60_000;

export class Exporter {
  #owner;
  #composed;
  /** @type {Recorder|null} */
  #recorder = null;

  /** @param {{view: PageView, update(patch: Partial<State>): void, notice(text: string): void}} owner */
  constructor(owner) {
    this.#owner = owner;
    this.#composed = new ComposedView(owner.view);
  }

  /** Saves the picture and the emoji side by side as a PNG. */
  snapshot() {
    // A recording in progress uses the canvas at its present size.
    if (!this.#recorder) this.#composed.resize();
    this.#composed.draw(this.#owner.view.state, performance.now());
    this.#composed.canvas.toBlob((png) => png && this.#save(png, 'png'));
  }

  /** Starts a recording, or ends it. */
  record() {
    if (this.#recorder) return this.#recorder.stop();
    this.#composed.resize();
    this.#composed.draw(this.#owner.view.state, performance.now());
    const stream = this.#composed.canvas.captureStream(FPS);
    try {
      this.#recorder = new Recorder(stream, (recording) => this.#onRecorded(recording, stream));
    } catch {
      stream.getTracks().forEach((track) => track.stop());
      return this.#owner.notice(t.notices.noRecorder);
    }
    this.#drawWhileRecording(this.#recorder);
  }

  csv() {
    this.#save(new Blob([this.#owner.view.state.history.toCsv()], { type: 'text/csv' }), 'csv');
  }

  json() {
    this.#save(new Blob([this.#owner.view.state.history.toJson()], { type: 'application/json' }), 'json');
  }

  /** @param {Recorder} recorder */
  #drawWhileRecording(recorder) {
    const start = performance.now();
    let shownSecond = -1;
    this.#owner.view.alsoDraw((/** @type {number} */ now) => {
      if (this.#recorder !== recorder) return false;
      if (!showsVideo(this.#owner.view.state.phase)) return recorder.stop(), false;
      this.#composed.draw(this.#owner.view.state, now);
      const second = Math.floor((performance.now() - start) / 1000);
      if (second !== shownSecond) this.#owner.update({ recordingMs: second * 1000 });
      shownSecond = second;
      return true;
    });
  }

  /**
   * @param {Recording} recording
   * @param {MediaStream} stream
   */
  #onRecorded({ file, extension, hasFailed }, stream) {
    stream.getTracks().forEach((track) => track.stop());
    this.#recorder = null;
    this.#owner.update({ recordingMs: null });
    const name = file && this.#save(file, extension);
    if (!name) this.#owner.notice(t.notices.nothingRecorded);
    else if (hasFailed) this.#owner.notice(format(t.notices.recordingFailed, { name }));
  }

  /**
   * @param {Blob} content
   * @param {string} extension
   * @returns {string} the file's name
   */
  #save(content, extension) {
    const name = `emojify-${new Date().toISOString().slice(0, 19).replaceAll(':', '-')}.${extension}`;
    const link = document.createElement('a');
    link.href = URL.createObjectURL(content);
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), URL_LIFETIME_MS);
    this.#owner.notice(format(t.notices.saved, { name }));
    return name;
  }
}
