// Makes snapshots, recordings and files of the history. Everything is made in the browser; nothing is sent.

import { ComposedView } from './composed-view.js';
import { Recorder } from './recorder.js';
import { namedFile, saveFile } from './save-file.js';
import { ShareSheet } from './share-sheet.js';
import { loadStickerMaker, recordEmoji, STICKER_MS } from './sticker-recorder.js';
import { showsVideo } from '../state.js';
import { format, t } from '../text/i18n.js';

/** Pictures a second of a recording. */
const FPS = 30;

/** An animation frame that comes this much too early counts: at 60 a second every second one is drawn. */
const TOLERANCE_MS = 5;

/** Sides (compositionOf) of a snapshot and of a recording. The camera's picture has 720 lines by default. */
const SNAPSHOT_SIDE = 1080;
const RECORDING_SIDE = 720;

/** A longer recording would be too large to share; it bounds the memory too. */
const MAX_RECORDING_MS = 10 * 60_000;

/** Before the snapshot that the sheet's *Again* takes: time to look at the camera. */
const AGAIN_MS = 3000;

export class Exporter {
  #owner;
  #sheet = new ShareSheet();
  /** @type {Recorder|null} */
  #recorder = null;
  #isMakingSticker = false;

  /**
   * @param {{view: PageView, update(patch: Partial<State>): void, notice(text: string): void,
   *   endRound(): void}} owner
   */
  constructor(owner) {
    this.#owner = owner;
  }

  /** Takes the picture with its emoji as a PNG, and opens the sheet with it. */
  snapshot() {
    const composed = this.#compose(SNAPSHOT_SIDE);
    composed.canvas.toBlob((png) => {
      if (!png) return this.#owner.notice(t.notices.noSnapshot);
      this.#sheet.open({ kind: 'snapshot', file: namedFile(png, 'png'), isPart: false });
    });
  }

  /**
   * Opens the sheet with a picture that another part of the page made.
   * @param {'game'} kind
   * @param {Blob} png
   */
  open(kind, png) {
    this.#sheet.open({ kind, file: namedFile(png, 'png'), isPart: false });
  }

  /** Makes a sticker of what the emoji does in the next three seconds, and opens the sheet with it. */
  async sticker() {
    const { view } = this.#owner;
    if (this.#isMakingSticker) return;
    this.#isMakingSticker = true;
    try {
      const hold = this.#hold(STICKER_MS);
      this.#owner.notice(format(t.notices.stickerIn, { n: STICKER_MS / 1000 }));
      const maker = loadStickerMaker();
      // Its failure is that of the sticker: below.
      maker.catch(() => {});
      const records = await recordEmoji(view, () => view.state.hold === hold);
      if (!records) return;
      this.#owner.update({ hold: null });
      this.#owner.notice(t.notices.stickerMaking);
      const { file, extension } = await (await maker).makeSticker(records, STICKER_MS, view.renderer);
      this.#sheet.open({ kind: 'sticker', file: namedFile(file, extension), isPart: false });
    } catch (error) {
      console.debug('no sticker:', error);
      this.#owner.notice(t.notices.noSticker);
    } finally {
      this.#isMakingSticker = false;
    }
  }

  /** Starts a recording, or ends it. */
  record() {
    if (this.#recorder) return this.#recorder.stop();
    const composed = this.#compose(RECORDING_SIDE);
    /** @type {MediaStream|null} */
    let stream = null;
    const end = () => stream?.getTracks().forEach((track) => track.stop());
    try {
      stream = composed.canvas.captureStream(FPS);
      const recorder = new Recorder(stream, (recording) => {
        end();
        document.removeEventListener('visibilitychange', pause);
        this.#onRecorded(recording);
      });
      const pause = () => recorder.pause(document.hidden);
      document.addEventListener('visibilitychange', pause);
      this.#recorder = recorder;
      this.#drawWhileRecording(recorder, composed);
    } catch {
      end();
      this.#owner.notice(t.notices.noRecorder);
    }
  }

  save() {
    this.#sheet.save();
  }

  share() {
    void this.#sheet.share();
  }

  closeSheet() {
    this.#sheet.close();
  }

  /** Discards what the sheet shows and makes another. */
  again() {
    const kind = this.#sheet.close();
    if (!showsVideo(this.#owner.view.state.phase)) return;
    if (kind === 'recording') this.record();
    if (kind === 'snapshot') this.#snapshotAfterCount();
    if (kind === 'sticker') void this.sticker();
  }

  csv() {
    this.#saveHistory(this.#owner.view.state.history.toCsv(), 'text/csv', 'csv');
  }

  json() {
    this.#saveHistory(this.#owner.view.state.history.toJson(), 'application/json', 'json');
  }

  /** @param {number} side */
  #compose(side) {
    const { view } = this.#owner;
    const composed = new ComposedView(view);
    composed.reshape(view.state, side);
    composed.draw(view.state, performance.now());
    return composed;
  }

  #snapshotAfterCount() {
    const hold = this.#hold(AGAIN_MS);
    this.#owner.notice(format(t.notices.snapshotIn, { n: AGAIN_MS / 1000 }));
    setTimeout(() => {
      // Another hold replaced it, or the camera was stopped.
      if (this.#owner.view.state.hold !== hold) return;
      this.#owner.update({ hold: null });
      this.snapshot();
    }, AGAIN_MS);
  }

  /**
   * The ring with the seconds around the face. Another hold that begins replaces it.
   * @param {number} ms
   */
  #hold(ms) {
    // Its end would end the count too.
    this.#owner.endRound();
    const hold = { since: performance.now(), ms, isBare: false };
    this.#owner.update({ hold });
    return hold;
  }

  /**
   * @param {Recorder} recorder
   * @param {ComposedView} composed
   */
  #drawWhileRecording(recorder, composed) {
    let recordedMs = 0;
    let last = performance.now();
    let drawn = 0;
    this.#owner.update({ recordingMs: 0 });
    this.#owner.view.alsoDraw((/** @type {number} */ now) => {
      if (this.#recorder !== recorder) return false;
      const { state } = this.#owner.view;
      if (!showsVideo(state.phase) || recordedMs > MAX_RECORDING_MS) return recorder.stop(), false;
      const second = Math.floor(recordedMs / 1000);
      // In a hidden tab there is no animation frame, and the recorder pauses.
      recordedMs += Math.min(now - last, 1000);
      last = now;
      if (now - drawn >= 1000 / FPS - TOLERANCE_MS) {
        composed.draw(state, now);
        drawn = now;
      }
      if (Math.floor(recordedMs / 1000) !== second) this.#owner.update({ recordingMs: (second + 1) * 1000 });
      return true;
    });
  }

  /** @param {Recording} recording */
  #onRecorded({ file, extension, hasFailed }) {
    this.#recorder = null;
    // Releases the canvases of the recording.
    this.#owner.view.alsoDraw(() => false);
    this.#owner.update({ recordingMs: null });
    if (!file) return this.#owner.notice(t.notices.nothingRecorded);
    this.#sheet.open({ kind: 'recording', file: namedFile(file, extension), isPart: hasFailed });
  }

  /**
   * @param {string} text
   * @param {string} type
   * @param {string} extension
   */
  #saveHistory(text, type, extension) {
    const file = namedFile(new Blob([text], { type }), extension);
    saveFile(file);
    this.#owner.notice(format(t.notices.saved, { name: file.name }));
  }
}
