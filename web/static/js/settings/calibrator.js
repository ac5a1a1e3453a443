// Runs a calibration over time, from the answers. Rules: calibration.js.

import { addFaces, resultOf, secondsLeft, startCalibration } from './calibration.js';

export class Calibrator {
  #onStatus;
  #onDone;
  /** @type {CalibrationRun|null} */
  #run = null;

  /**
   * @param {(status: CalibrationStatus) => void} onStatus
   * @param {(scores: readonly number[]) => void} onDone
   */
  constructor(onStatus, onDone) {
    this.#onStatus = onStatus;
    this.#onDone = onDone;
  }

  /** @param {boolean} isLive  without answers it cannot start */
  start(isLive) {
    if (!isLive) return this.#onStatus({ kind: 'unavailable' });
    this.#run = startCalibration(performance.now());
    this.check();
  }

  stop() {
    this.#run = null;
  }

  /** @param {readonly Face[]} faces  of an answer */
  add(faces) {
    if (!this.#run) return;
    this.#run = addFaces(this.#run, faces);
    this.check();
  }

  /** To be called a few times a second. */
  check() {
    if (!this.#run) return;
    const now = performance.now();
    const result = resultOf(this.#run, now);
    if (result === null) return this.#onStatus({ kind: 'running', left: secondsLeft(this.#run, now) });
    this.#run = null;
    this.#onStatus(typeof result === 'string' ? { kind: result } : null);
    if (typeof result !== 'string') this.#onDone(result);
  }
}
