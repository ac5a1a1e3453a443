// Plays the source (camera or file) in the video element: opens, replaces and releases it.

import { listCameras } from './devices.js';

export class SourcePlayer {
  #video;
  #update;
  #onEnded;
  /** @type {Source|null} */
  #source = null;
  /** Incremented by every open and end: an earlier, slower open then knows that it is obsolete. */
  #generation = 0;

  /**
   * @param {HTMLVideoElement} video
   * @param {(patch: Partial<State>) => void} update
   * @param {() => void} onEnded  called when the camera stops by itself
   */
  constructor(video, update, onEnded) {
    this.#video = video;
    this.#update = update;
    this.#onEnded = onEnded;
  }

  /** Null while nothing is open. */
  get kind() {
    return this.#source?.kind ?? null;
  }

  /** @param {Settings} settings */
  isMirrored({ mirror }) {
    return mirror && (this.#source?.mirrorable ?? true);
  }

  /**
   * The open source ends first: phones cannot hold two cameras.
   * @param {() => Promise<Source>} open
   * @param {Settings} settings
   * @returns {Promise<boolean>} false if ended in the meantime; otherwise rejects with what `open` rejects with
   */
  async open(open, settings) {
    this.#generation += 1;
    const generation = this.#generation;
    this.#source?.end();
    this.#source = null;
    try {
      const source = await open();
      // Stopped while the browser asked for permission.
      if (generation !== this.#generation) return source.end(), false;
      this.#source = source;
      this.#update({ source: source.kind, device: source.device, mirrored: this.isMirrored(settings) });
      await source.attach(this.#video, () => generation === this.#generation && this.#onEnded());
    } catch (error) {
      if (generation === this.#generation) throw error;
    }
    if (this.kind === 'camera') void listCameras().then((devices) => this.#update({ devices }));
    return generation === this.#generation;
  }

  end() {
    this.#generation += 1;
    detach(this.#video);
    this.#source?.end();
    this.#source = null;
  }
}

/** @param {HTMLVideoElement} video */
function detach(video) {
  video.pause();
  video.srcObject = null;
  if (!video.hasAttribute('src')) return;
  video.removeAttribute('src');
  video.load();
}
