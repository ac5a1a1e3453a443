// The pack's pictures, kept in the page: what says that the server is gone cannot be fetched from it then.

export class Pictures {
  #addresses;
  /** @type {Map<string, string>} label to a copy in this page */
  #kept = new Map();

  /** @param {Readonly<Record<string, string>>} addresses  by label, `no-face` and `unsure` */
  constructor(addresses) {
    this.#addresses = addresses;
    for (const label of Object.keys(addresses)) void this.#keep(label);
  }

  /**
   * Where the picture of a label is, '' if the pack has none.
   * @param {string} label
   */
  addressOf(label) {
    return this.#kept.get(label) ?? (Object.hasOwn(this.#addresses, label) ? this.#addresses[label] : '');
  }

  /** @param {string} label */
  async #keep(label) {
    try {
      const answer = await fetch(this.#addresses[label]);
      if (answer.ok) this.#kept.set(label, URL.createObjectURL(await answer.blob()));
    } catch {
      // Then it is fetched when it is shown; if that fails too, a tile with the name takes its place.
    }
  }
}
