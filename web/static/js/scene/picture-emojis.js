// Emojis as pictures of a pack: one picture per label. Implements EmojiRenderer (emoji-view.js).
// Shows copies of the pictures: one request for each, and they are still there when the server is gone.

import { make, reducedMotion, setText } from '../dom.js';
import { fetchPicture } from './fetch-picture.js';
import { enteringAt, keyframesOf, leavingAt, SPRING_MS } from './spring.js';
import { nameOf } from '../text/phrases.js';

/** How far a picture tilts with a head and grows with a face that comes nearer, at most: radians, and a part of its size. */
const TILT = Math.PI / 7;
const GROWTH = 0.08;

const TILE = { background: '#2a1433', text: '#fffdf8' };

export class PictureEmojis {
  #onChange;
  /** @type {Readonly<Record<string, string>>} by label */
  #urls = {};
  /** @type {Map<string, {url: string, image: HTMLImageElement}>} by label */
  #copies = new Map();
  /** @type {Set<string>} labels whose pictures did not load */
  #broken = new Set();

  /** @param {() => void} onChange */
  constructor(onChange) {
    this.#onChange = onChange;
  }

  /** @param {Pack} pack */
  usePack({ emojis }) {
    if (emojis === this.#urls) return;
    const changed = Object.keys({ ...this.#urls, ...emojis }).filter((label) => emojis[label] !== this.#urls[label]);
    this.#urls = emojis;
    for (const label of changed) {
      const copy = this.#copies.get(label);
      if (copy) URL.revokeObjectURL(copy.url);
      this.#copies.delete(label);
      this.#broken.delete(label);
      if (Object.hasOwn(emojis, label)) void this.#copy(label, emojis[label]);
    }
  }

  /** @param {HTMLElement} host */
  viewIn(host) {
    const tile = make('span', 'emoji-tile');
    tile.ariaHidden = 'true';
    tile.hidden = true;
    // The template shows the first emoji before any script runs.
    let image = host.querySelector('img') ?? newImage();
    /** @type {string|null} */
    let shown = null;
    host.replaceChildren(image, tile);
    return {
      show: (/** @type {string} */ label, /** @type {Look|null|undefined} */ look) => {
        const { angle, scale } = leanOf(look);
        const transform = look ? `rotate(${angle.toFixed(4)}rad) scale(${scale.toFixed(4)})` : '';
        if (host.style.transform !== transform) host.style.transform = transform;
        const url = this.#copies.get(label)?.url;
        const isMissing = !Object.hasOwn(this.#urls, label) || this.#broken.has(label);
        // Until a picture has loaded, the one before stays.
        if (!url && !isMissing) return;
        const isChange = shown !== null && label !== shown;
        shown = label;
        if (isChange && url && !image.hidden && !reducedMotion.matches) image = replace(image, newImage());
        image.hidden = isMissing;
        tile.hidden = !isMissing;
        setText(tile, isMissing ? nameOf(label) : '');
        if (url && image.getAttribute('src') !== url) image.src = url;
      },
    };
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {number} side
   * @param {string} label
   * @param {Look|null} [look]
   */
  draw(context, side, label, look) {
    const copy = this.#copies.get(label);
    const { angle, scale } = leanOf(look);
    context.save();
    context.rotate(angle);
    context.scale(scale, scale);
    if (copy) context.drawImage(copy.image, -side / 2, -side / 2, side, side);
    else drawTile(context, side, nameOf(label));
    context.restore();
  }

  lives() {
    return false;
  }

  /**
   * @param {string} label
   * @param {string} address  of its picture
   */
  async #copy(label, address) {
    try {
      const url = address.startsWith('data:') ? address : URL.createObjectURL(await fetchPicture(address));
      const image = new Image();
      image.src = url;
      await image.decode();
      // Meanwhile the pack was changed.
      if (address !== this.#urls[label]) return URL.revokeObjectURL(url);
      this.#copies.set(label, { url, image });
    } catch {
      // The view shows the name instead.
      if (address === this.#urls[label]) this.#broken.add(label);
    }
    this.#onChange();
  }
}

/** @param {Look|null} [look] */
function leanOf(look) {
  return { angle: TILT * (look?.motion.roll ?? 0), scale: 1 + GROWTH * (look?.motion.near ?? 0) };
}

function newImage() {
  const image = make('img', 'emoji-image');
  image.alt = '';
  image.hidden = true;
  return image;
}

/**
 * Puts an image in the place of another one, which stays below it until it has left.
 * @param {HTMLImageElement} old
 * @param {HTMLImageElement} image
 */
function replace(old, image) {
  old.className = 'emoji-leaving';
  old.after(image);
  image.animate(keyframesOf(enteringAt), SPRING_MS);
  const leave = old.animate(keyframesOf(leavingAt), { duration: SPRING_MS, fill: 'forwards' });
  leave.addEventListener('finish', () => old.remove());
  return image;
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {number} side
 * @param {string} name
 */
function drawTile(context, side, name) {
  context.beginPath();
  context.arc(0, 0, side * 0.42, 0, 2 * Math.PI);
  context.fillStyle = TILE.background;
  context.fill();
  context.fillStyle = TILE.text;
  context.font = `800 ${side / 8}px sans-serif`;
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  context.fillText(name, 0, 0, side * 0.76);
}
