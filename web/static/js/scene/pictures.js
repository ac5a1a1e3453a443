// The pictures of the emoji pack in use, kept in the page: what says that the server is gone cannot be fetched then.

/** Pixels: an emoji on a face in a large window. */
const SIDE = 512;

export class Pictures {
  #changed;
  /** @type {Readonly<Record<string, string>>} */
  #addresses = {};
  /** @type {Map<string, {url: string, image: HTMLImageElement}>} by label: a copy in this page */
  #kept = new Map();

  /** @param {() => void} changed  called when a picture has come that may be wanted by now */
  constructor(changed) {
    this.#changed = changed;
  }

  /** @param {Readonly<Record<string, string>>} addresses  by label, `no-face` and `unsure` */
  use(addresses) {
    if (addresses === this.#addresses) return;
    const old = this.#kept;
    this.#addresses = addresses;
    this.#kept = new Map();
    for (const { url } of old.values()) URL.revokeObjectURL(url);
    for (const label of Object.keys(addresses)) void this.#keep(label, addresses);
  }

  /**
   * Where the picture of a label is, '' if the pack has none.
   * @param {string} label
   */
  addressOf(label) {
    return this.#kept.get(label)?.url ?? (Object.hasOwn(this.#addresses, label) ? this.#addresses[label] : '');
  }

  /**
   * The picture to be drawn on a canvas; null while there is none.
   * @param {string} label
   */
  imageOf(label) {
    return this.#kept.get(label)?.image ?? null;
  }

  /**
   * @param {string} label
   * @param {Readonly<Record<string, string>>} addresses  of the pack it belongs to
   */
  async #keep(label, addresses) {
    try {
      const answer = await fetch(addresses[label]);
      if (!answer.ok) return;
      const url = URL.createObjectURL(await sized(await answer.blob()));
      const image = new Image();
      image.src = url;
      await image.decode();
      if (addresses !== this.#addresses) return URL.revokeObjectURL(url);
      this.#kept.set(label, { url, image });
      this.#changed();
    } catch {
      // Then it is fetched when it is shown; if that fails too, a tile with the name takes its place.
    }
  }
}

/**
 * An SVG without a size of its own is drawn on no canvas in some browsers, and blurred in others.
 * @param {Blob} picture
 */
async function sized(picture) {
  if (!picture.type.startsWith('image/svg')) return picture;
  const svg = new DOMParser().parseFromString(await picture.text(), 'image/svg+xml');
  svg.documentElement.setAttribute('width', String(SIDE));
  svg.documentElement.setAttribute('height', String(SIDE));
  return new Blob([new XMLSerializer().serializeToString(svg)], { type: 'image/svg+xml' });
}
