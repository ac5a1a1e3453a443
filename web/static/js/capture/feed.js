// What plays in the video element: the camera or a file; opened, exchanged and released.

import { listCameras } from './devices.js';
import { detach } from './source.js';

export class Feed {
  #video;
  #update;
  #ended;
  /** @type {Source|null} */
  #source = null;
  /** Grows with every opening and end: what was begun in an earlier turn knows that it is late. */
  #turn = 0;

  /**
   * @param {HTMLVideoElement} video
   * @param {(patch: Partial<State>) => void} update
   * @param {() => void} ended  called when the camera stops by itself
   */
  constructor(video, update, ended) {
    this.#video = video;
    this.#update = update;
    this.#ended = ended;
  }

  /** Null while nothing is open. */
  get kind() {
    return this.#source?.kind ?? null;
  }

  /** @param {Settings} settings  whether the picture is to be shown as in a mirror */
  isMirrored({ mirror }) {
    return mirror && (this.#source?.mirrorable ?? true);
  }

  /**
   * What was open ends first: phones cannot hold two cameras.
   * @param {() => Promise<Source>} open
   * @param {Settings} settings
   * @returns {Promise<boolean>} false when it was ended meanwhile; rejects with what `open` rejects with, unless it was
   */
  async open(open, settings) {
    this.#turn += 1;
    const turn = this.#turn;
    this.#source?.end();
    this.#source = null;
    try {
      const source = await open();
      // Stopped while the question was open: this camera is wanted by nobody any more.
      if (turn !== this.#turn) return source.end(), false;
      this.#source = source;
      this.#update({ source: source.kind, device: source.device, mirrored: this.isMirrored(settings) });
      await source.attach(this.#video, () => turn === this.#turn && this.#ended());
    } catch (error) {
      if (turn === this.#turn) throw error;
    }
    if (this.kind === 'camera') void listCameras().then((devices) => this.#update({ devices }));
    return turn === this.#turn;
  }

  end() {
    this.#turn += 1;
    detach(this.#video);
    this.#source?.end();
    this.#source = null;
  }
}
