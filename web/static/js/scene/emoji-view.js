// The interface through which every part of the page shows an emoji: main emoji, other faces, score bars, the emoji on
// a face, snapshots and recordings. An implementation is created in createEmojiRenderer: LivingEmojis draws the rig of a
// pack, and PictureEmojis shows its pictures where there is no rig.

import { LivingEmojis } from './living-emojis.js';
import { PictureEmojis } from './picture-emojis.js';

/**
 * One emoji in an element of the page. `show` may be called in every animation frame.
 * @typedef {object} EmojiView
 * @property {(label: string, look?: Look|null, edge?: string|null) => void} show  `label` is one of the model's labels, an
 *   own expression, `no-face` or `unsure`; a label without an emoji is shown by its name. Without a look it is the still
 *   emoji. `edge` is the colour of a living emoji's edge; those of pictures are in the style sheet
 */

/**
 * @typedef {object} EmojiRenderer
 * @property {(pack: Pack) => void} usePack  the pack to show from now on
 * @property {(host: HTMLElement) => EmojiView} viewIn  adds the elements that it needs to the empty `host`
 * @property {(context: CanvasRenderingContext2D, side: number, label: string, look?: Look|null,
 *   edge?: StickerEdge|null) => void} draw  on a square of `side` pixels around the origin; a living emoji may reach beyond
 *   its square, and only a living one has the edge
 * @property {(label: string, look?: Look|null) => boolean} lives  whether this label is drawn from a rig with this look, so
 *   that it glides by itself and does not spring
 */

/** Where the middle between eyes and mouth of every emoji lies, as fractions of its square. */
export const FACE_CENTRE = { x: 0.5, y: 0.58 };

/**
 * @param {() => void} onChange  called when a picture or a rig has loaded or failed: redraw
 * @returns {EmojiRenderer}
 */
export function createEmojiRenderer(onChange) {
  return new LivingEmojis(new PictureEmojis(onChange), onChange);
}
