// How long the page's own thread was kept busy: by the browser, by an extension, by drawing. An answer that comes meanwhile
// waits for it, which says nothing about server or network.

/** Milliseconds between two looks at the clock. */
const TICK_MS = 50;

/** A look that comes later by this much was kept waiting. Timers waver by less. */
const LATE_MS = 20;

/** Longer ago than any answer is waited for. */
const KEEP_MS = 10_000;

/** Times are milliseconds of performance.now(). */
export class PageLag {
  /** @type {readonly {from: number, to: number}[]} when the thread was busy, oldest first */
  #blocks = [];
  #due = 0;

  /** @param {number} now  when the first `look` follows at once */
  start(now) {
    this.#blocks = [];
    this.#due = now;
  }

  /**
   * @param {number} now
   * @returns {number} milliseconds until the next look
   */
  look(now) {
    this.#blocks = [...this.#blocks.filter(({ to }) => now - to < KEEP_MS), ...this.#unfinished(now)];
    this.#due = now + TICK_MS;
    return TICK_MS;
  }

  /**
   * @param {number} since
   * @param {number} now
   * @returns {number} milliseconds of this time in which the thread was busy
   */
  between(since, now) {
    return [...this.#blocks, ...this.#unfinished(now)]
      .reduce((sum, { from, to }) => sum + Math.max(0, Math.min(to, now) - Math.max(from, since)), 0);
  }

  /** @param {number} now */
  #unfinished(now) {
    return now - this.#due > LATE_MS ? [{ from: this.#due, to: now }] : [];
  }
}
