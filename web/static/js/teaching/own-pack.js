// The shown pack with the pictures of own expressions. An equal pack stays the same object: its pictures are not loaded
// again.

import { withOwn } from './taught.js';

export class OwnPack {
  /** @type {readonly unknown[]} what the pack was made of */
  #parts = [];
  /** @type {Pack|null} */
  #pack = null;

  /**
   * @param {Pack} pack
   * @param {State} state
   */
  of(pack, { taught, round }) {
    const parts = [pack, taught, round?.steps[0]];
    if (!this.#pack || parts.some((part, index) => part !== this.#parts[index])) {
      this.#parts = parts;
      this.#pack = withOwn(pack, [...taught, ...(round?.steps ?? [])]);
    }
    return this.#pack;
  }
}
