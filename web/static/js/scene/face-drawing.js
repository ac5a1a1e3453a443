// Draws a face's mark on a canvas: a box with a tag, or an emoji over the face.

import { FACE_CENTRE } from './emoji-view.js';
import { nameOf, nameWithShare } from '../text/phrases.js';

const INK = '#2a1433';

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Pose} pose
 * @param {string} colour
 * @param {boolean} isLargest
 */
export function drawBox(context, pose, colour, isLargest) {
  context.lineCap = 'round';
  context.lineJoin = 'round';
  context.beginPath();
  addCorners(context, pose, Math.min(pose.w, pose.h) * (isLargest ? 0.24 : 0.18));
  // A light line on a dark one is visible on any picture.
  context.lineWidth = isLargest ? 8 : 7;
  context.strokeStyle = INK;
  context.stroke();
  context.lineWidth = isLargest ? 4 : 3;
  context.strokeStyle = colour;
  context.stroke();
}

/**
 * The name above the box, or below it near the upper edge; always inside the view. With several faces the tag lies on the
 * upper side of its own box and is no wider: with the name where it fits, else the number alone. So tags do not cover each
 * other, nor another face.
 * @param {CanvasRenderingContext2D} context  its font is set
 * @param {{w: number, h: number}} view
 * @param {Pose} pose
 * @param {Face} face
 * @param {{colour: string, number: number|null}} mark  number: null for none
 */
export function drawTag(context, view, pose, face, { colour, number }) {
  const h = 26;
  const widthOf = (/** @type {string} */ words) => context.measureText(words).width + 20;
  let text = nameWithShare(face);
  if (number !== null) {
    text = `${number}  ${nameOf(face.label)}`;
    if (widthOf(text) > pose.w) text = String(number);
  }
  const w = widthOf(text);
  const x = Math.max(6, Math.min(view.w - w - 6, pose.x + pose.w / 2 - w / 2));
  const above = number === null ? pose.y - h - 10 : Math.max(6, pose.y - h / 2);
  const y = above < 6 ? Math.min(pose.y + pose.h + 10, view.h - h - 6) : above;
  context.beginPath();
  context.roundRect(x, y, w, h, h / 2);
  context.fillStyle = colour;
  context.fill();
  context.fillStyle = INK;
  context.textBaseline = 'middle';
  context.textAlign = 'left';
  context.fillText(text, x + 10, y + h / 2 + 1);
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Pose} pose
 * @param {EmojiRenderer} renderer
 * @param {string} label
 * @param {EmojiLook} look
 * @param {Look|null} [look]
 */
export function drawEmoji(context, { cx, cy, size, angle }, renderer, label, { scale, opacity }, look) {
  const side = size * scale;
  context.save();
  context.globalAlpha *= opacity;
  context.translate(cx, cy);
  context.rotate(angle);
  context.translate((0.5 - FACE_CENTRE.x) * side, (0.5 - FACE_CENTRE.y) * side);
  renderer.draw(context, side, label, look);
  context.restore();
}

/**
 * The four rounded corners of a rectangle.
 * @param {CanvasRenderingContext2D} context
 * @param {Pose} rect
 * @param {number} size  length of a corner's sides
 */
function addCorners(context, { x, y, w, h }, size) {
  const round = size * 0.6;
  for (const [cx, cy, sx, sy] of [[x, y, 1, 1], [x + w, y, -1, 1], [x + w, y + h, -1, -1], [x, y + h, 1, -1]]) {
    context.moveTo(cx, cy + sy * size);
    context.lineTo(cx, cy + sy * round);
    context.quadraticCurveTo(cx, cy, cx + sx * round, cy);
    context.lineTo(cx + sx * size, cy);
  }
}
