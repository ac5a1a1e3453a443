// The faces that the players made, each at its best moment: shown at the end, and put together to one picture to share.
// They stay in the page's memory and go with the game.

import { nameOf } from '../text/phrases.js';
import { t } from '../text/i18n.js';

const INK = '#2a1433';
const PAPER = '#fffdf8';

/** Side of a kept face in pixels. */
const SIDE = 256;

/** Side of the part that is kept, in sides of the face's box: hair and chin too. */
const AROUND = 1.75;

/** The picture: 4 to 5, as networks show it whole. The words take the place of the first two tiles. */
const PICTURE = { w: 1080, h: 1350, edge: 40, gap: 16, corner: 36 };
const COLUMNS = 3;
const ROWS = 4;

export class FaceStrip {
  #video;
  /** @type {(HTMLCanvasElement|undefined)[][]} by round and player */
  #faces = [];

  /** @param {HTMLVideoElement} video */
  constructor(video) {
    this.#video = video;
  }

  /**
   * Keeps the face as it is now, in the place of an earlier one of that round.
   * @param {number} round
   * @param {number} player
   * @param {Face} face
   * @param {boolean} mirrored
   */
  keep(round, player, { box: [x, y, w, h] }, mirrored) {
    const { videoWidth, videoHeight } = this.#video;
    const faces = (this.#faces[round] ??= []);
    const canvas = (faces[player] ??= Object.assign(document.createElement('canvas'), { width: SIDE, height: SIDE }));
    const context = canvas.getContext('2d');
    const side = Math.min(AROUND * Math.max(w * videoWidth, h * videoHeight), videoWidth, videoHeight);
    if (!context || !side) return;
    const inside = (/** @type {number} */ middle, /** @type {number} */ length) =>
      Math.max(0, Math.min(length - side, middle * length - side / 2));
    const [left, top] = [inside(x + w / 2, videoWidth), inside(y + h / 2, videoHeight)];
    context.save();
    if (mirrored) context.transform(-1, 0, 0, 1, SIDE, 0);
    context.drawImage(this.#video, left, top, side, side, 0, 0, SIDE, SIDE);
    context.restore();
  }

  /**
   * @param {number} round
   * @param {number} player
   * @returns {HTMLCanvasElement|undefined} undefined if the player had no face in that round
   */
  face(round, player) {
    return this.#faces[round]?.[player];
  }

  /**
   * @param {Match} match  that is over
   * @param {EmojiRenderer} renderer
   * @param {{title: string, colours: readonly string[]}} shown
   * @returns {Promise<Blob|null>} a PNG
   */
  picture({ rounds, totals }, renderer, { title, colours }) {
    const { w, h, edge, gap } = PICTURE;
    const canvas = Object.assign(document.createElement('canvas'), { width: w, height: h });
    const context = canvas.getContext('2d', { alpha: false });
    if (!context) return Promise.resolve(null);
    const family = getComputedStyle(document.body).fontFamily;
    const cell = { w: (w - 2 * edge - (COLUMNS - 1) * gap) / COLUMNS, h: (h - 2 * edge - (ROWS - 1) * gap) / ROWS };
    context.fillStyle = '#ffd84d';
    context.fillRect(0, 0, w, h);
    context.textBaseline = 'middle';
    context.fillStyle = INK;
    const width = 2 * cell.w;
    write(context, title, { x: edge, y: edge + 0.26 * cell.h, width, size: 96 }, family);
    write(context, totals.join(' : '), { x: edge, y: edge + 0.6 * cell.h, width, size: 84 }, family);
    write(context, t.game.signature, { x: edge, y: edge + 0.86 * cell.h, width, size: 38 }, family);
    rounds.slice(0, COLUMNS * ROWS - 2).forEach((round, index) => {
      const x = edge + ((index + 2) % COLUMNS) * (cell.w + gap);
      const y = edge + Math.floor((index + 2) / COLUMNS) * (cell.h + gap);
      this.#drawRound(context, { ...cell, x, y }, index, { ...round, renderer, family, colours });
    });
    return new Promise((resolve) => canvas.toBlob(resolve));
  }

  /**
   * The faces beside each other, the emoji over their corner.
   * @param {CanvasRenderingContext2D} context
   * @param {Rect} tile
   * @param {number} round
   * @param {Round & {renderer: EmojiRenderer, family: string, colours: readonly string[]}} shown
   */
  #drawRound(context, { x, y, w, h }, round, { label, points, renderer, family, colours }) {
    const part = w / points.length;
    context.save();
    context.beginPath();
    context.roundRect(x, y, w, h, PICTURE.corner);
    context.clip();
    context.fillStyle = PAPER;
    context.fillRect(x, y, w, h);
    points.forEach((_, player) => {
      const face = this.face(round, player);
      // As much of its middle as has the shape of its part of the tile.
      const shown = { w: SIDE * Math.min(1, part / h), h: SIDE * Math.min(1, h / part) };
      if (face) {
        context.drawImage(face, (SIDE - shown.w) / 2, (SIDE - shown.h) / 2, shown.w, shown.h,
          x + player * part, y, part, h);
      }
    });
    context.restore();
    points.forEach((each, player) => {
      const colour = points.length > 1 ? colours[player] : '#ffd84d';
      badge(context, String(each), { x: x + player * part + 14, y: y + 14, size: 34 }, colour, family);
    });
    badge(context, nameOf(label), { x: x + 14, y: y + h - 52, size: 24 }, PAPER, family);
    const side = 0.44 * w;
    context.save();
    context.translate(x + w - 0.42 * side, y + h - 0.42 * side);
    renderer.draw(context, side, label);
    context.restore();
  }
}

/**
 * A word on a dark ground.
 * @param {CanvasRenderingContext2D} context
 * @param {string} text
 * @param {{x: number, y: number, size: number}} place  its upper left corner
 * @param {string} colour
 * @param {string} family
 */
function badge(context, text, { x, y, size }, colour, family) {
  context.font = `800 ${size}px ${family}`;
  context.fillStyle = INK;
  context.beginPath();
  context.roundRect(x, y, context.measureText(text).width + size, 1.6 * size, 0.8 * size);
  context.fill();
  context.fillStyle = colour;
  context.fillText(text, x + size / 2, y + 0.83 * size);
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {string} text
 * @param {{x: number, y: number, width: number, size: number}} place  its widest and largest
 * @param {string} family
 */
function write(context, text, { x, y, width, size }, family) {
  context.font = `800 ${size}px ${family}`;
  context.font = `800 ${size * Math.min(1, width / context.measureText(text).width)}px ${family}`;
  context.fillText(text, x, y);
}
