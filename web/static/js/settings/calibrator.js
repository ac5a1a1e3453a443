// Runs a calibration over time, from the answers. Rules: calibration.js.

import { addFaces, CALIBRATION_MS, resultOf, startCalibration } from './calibration.js';

export class Calibrator {
  #owner;
  /** @type {CalibrationRun|null} */
  #run = null;

  /**
   * @param {{update(patch: Pick<State, 'calibrating'> & Partial<State>): void,
   *   onDone(scores: readonly number[]): void}} owner
   */
  constructor(owner) {
    this.#owner = owner;
  }

  /** @param {boolean} isLive  without answers it cannot start */
  start(isLive) {
    if (!isLive) return this.#owner.update({ calibrating: { kind: 'unavailable' } });
    const since = performance.now();
    this.#run = startCalibration(since);
    this.#owner.update({ calibrating: { kind: 'running' }, hold: { since, ms: CALIBRATION_MS, isBare: true } });
  }

  /** Ends it without a result. */
  stop() {
    if (this.#run) this.#owner.update({ calibrating: null, hold: null });
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
    const result = this.#run && resultOf(this.#run, performance.now());
    if (!result) return;
    this.#run = null;
    if (typeof result === 'string') this.#owner.update({ calibrating: { kind: result }, hold: null });
    else this.#owner.onDone(result);
  }
}
