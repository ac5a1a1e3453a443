// Living emojis: the rig of a pack, drawn by the weights of its expressions and the motion of a face. Implements EmojiRenderer
// (emoji-view.js). Whatever has no look or no rig is left to the pictures: score bars, packs without rig, labels that the
// rig lacks.

import { LivingCanvas } from './living-canvas.js';
import { drawRig } from './rig/draw.js';
import { loadRig } from './rig/load.js';

export class LivingEmojis {
  #pictures;
  #onChange;
  /** @type {string|undefined} address of the pack's rig */
  #url;
  /** @type {Readonly<Record<string, string>>} addresses of the pack's pictures, by label */
  #emojis = {};
  /** @type {Map<string, string|null>} the label of the rig that each label is drawn with */
  #aliases = new Map();
  /** @type {Rig|null} null without one, and until it is loaded */
  #rig = null;
  /** @type {string|null} address of the rig that is being loaded, or could not be */
  #asked = null;

  /**
   * @param {EmojiRenderer} pictures
   * @param {() => void} onChange
   */
  constructor(pictures, onChange) {
    this.#pictures = pictures;
    this.#onChange = onChange;
  }

  /** @param {Pack} pack */
  usePack(pack) {
    this.#pictures.usePack(pack);
    if (pack.emojis !== this.#emojis) this.#aliases = new Map();
    this.#emojis = pack.emojis;
    if (pack.rig === this.#url) return;
    this.#url = pack.rig;
    this.#rig = null;
    this.#asked = null;
  }

  /**
   * @param {string} label
   * @param {Look|null} [look]
   */
  lives(label, look) {
    return this.#rigOf(label, look) !== null;
  }

  /** @param {HTMLElement} host */
  viewIn(host) {
    const pictures = this.#pictures.viewIn(host);
    /** @type {LivingCanvas|null} */
    let canvas = null;
    return {
      show: (/** @type {string} */ label, /** @type {Look|null|undefined} */ look, /** @type {string|null} */ edge = null) => {
        const rig = this.#rigOf(label, look);
        // The picture below is there when the emoji stops living.
        pictures.show(label, rig ? null : look);
        if (rig) canvas ??= new LivingCanvas(host);
        canvas?.show(rig && ((context, side, width) => {
          this.draw(context, side, label, look, edge ? { colour: edge, width } : null);
        }), rig, label, look, edge);
      },
    };
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {number} side
   * @param {string} label
   * @param {Look|null} [look]
   * @param {StickerEdge|null} [edge]
   */
  draw(context, side, label, look, edge = null) {
    const rig = this.#rigOf(label, look);
    if (rig && look) drawRig(context, rig, side, this.#weightsOf(look.weights, rig), look.motion, edge);
    else this.#pictures.draw(context, side, label, look);
  }

  /**
   * @param {string} label
   * @param {Look|null} [look]
   * @returns {Rig|null} the rig, if it has the label and there is a look for it
   */
  #rigOf(label, look) {
    if (!look || !this.#url || Object.keys(look.weights).length === 0) return null;
    if (this.#asked !== this.#url) void this.#load(this.#url);
    return this.#rig && this.#aliasOf(label, this.#rig) !== null ? this.#rig : null;
  }

  /**
   * An own expression with the picture of another one is drawn as that one.
   * @param {string} label
   * @param {Rig} rig
   */
  #aliasOf(label, rig) {
    const known = this.#aliases.get(label);
    if (known !== undefined) return known;
    const same = (/** @type {string} */ each) => Boolean(this.#emojis[label]) && this.#emojis[each] === this.#emojis[label];
    const alias = rig.labels.includes(label) ? label : rig.labels.find(same) ?? null;
    this.#aliases.set(label, alias);
    return alias;
  }

  /**
   * @param {Values} weights
   * @param {Rig} rig
   * @returns {Values} of the labels of the rig
   */
  #weightsOf(weights, rig) {
    const own = Object.keys(weights).filter((label) => !rig.labels.includes(label));
    if (own.length === 0) return weights;
    const merged = { ...weights };
    for (const label of own) {
      const alias = this.#aliasOf(label, rig);
      if (alias) merged[alias] = (merged[alias] ?? 0) + weights[label];
    }
    return merged;
  }

  /**
   * Only when an emoji is to live: most of the page does without.
   * @param {string} url
   */
  async #load(url) {
    this.#asked = url;
    try {
      const response = await fetch(url);
      if (!response.ok) throw new Error(`${url}: ${response.status}`);
      const rig = loadRig(await response.json());
      if (url !== this.#url) return;
      this.#rig = rig;
      this.#aliases = new Map();
      this.#onChange();
    } catch (error) {
      // The pictures are shown instead.
      console.debug('no living emoji:', error);
    }
  }
}
