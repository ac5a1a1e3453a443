// Learning a resting face as it goes on: fed with answers, looked at now and then. The rules are in resting.js.

import { learned, learnFrom, secondsLeft, startLearning } from './resting.js';

export class Rest {
  #show;
  #done;
  /** @type {Learning|null} */
  #learning = null;

  /**
   * @param {(learning: LearningShown) => void} show
   * @param {(scores: readonly number[]) => void} done
   */
  constructor(show, done) {
    this.#show = show;
    this.#done = done;
  }

  /** @param {boolean} possible  there are answers to learn from */
  begin(possible) {
    if (!possible) return this.#show({ kind: 'unavailable' });
    this.#learning = startLearning(performance.now());
    this.look();
  }

  end() {
    this.#learning = null;
  }

  /** @param {readonly Face[]} faces  of an answer */
  add(faces) {
    if (!this.#learning) return;
    this.#learning = learnFrom(this.#learning, faces);
    this.look();
  }

  look() {
    if (!this.#learning) return;
    const now = performance.now();
    const outcome = learned(this.#learning, now);
    if (outcome === null) return this.#show({ kind: 'looking', left: secondsLeft(this.#learning, now) });
    this.#learning = null;
    this.#show(typeof outcome === 'string' ? { kind: outcome } : null);
    if (typeof outcome !== 'string') this.#done(outcome);
  }
}
