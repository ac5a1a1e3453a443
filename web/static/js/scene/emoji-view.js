// The interface through which every part of the page shows an emoji: main emoji, other faces, score bars, the emoji on
// a face, snapshots and recordings. PictureEmojis is the only implementation; another (such as a rig drawn on a canvas)
// implements EmojiRenderer and is created in createEmojiRenderer.

import { PictureEmojis } from './picture-emojis.js';

/**
 * Further values of the face by name, the `outputs` of protocol 1. A renderer ignores those it does not use.
 * @typedef {Readonly<Record<string, readonly number[]>>} EmojiParameters
 */

/**
 * One emoji in an element of the page. `show` may be called with every answer.
 * @typedef {object} EmojiView
 * @property {(label: string, parameters?: EmojiParameters) => void} show  `label` is one of the model's labels,
 *   `no-face` or `unsure`; a label without an emoji is shown by its name
 */

/**
 * @typedef {object} EmojiRenderer
 * @property {(pack: Pack) => void} usePack  the pack to show from now on
 * @property {(host: HTMLElement) => EmojiView} viewIn  adds the elements that it needs to the empty `host`
 * @property {(context: CanvasRenderingContext2D, side: number, label: string, parameters?: EmojiParameters) => void}
 *   draw  on a square of `side` pixels around the origin
 */

/** Where the middle between eyes and mouth of every emoji lies, as fractions of its square. */
export const FACE_CENTRE = { x: 0.5, y: 0.58 };

/**
 * @param {() => void} onChange  called when a picture has loaded or failed: redraw
 * @returns {EmojiRenderer}
 */
export function createEmojiRenderer(onChange) {
  return new PictureEmojis(onChange);
}
