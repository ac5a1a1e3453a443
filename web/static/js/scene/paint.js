// How a face is marked on a picture: a box with a tag, or an emoji over it. Draws on any canvas.

import { nameOf, percent } from '../messages/words.js';

const INK = '#2a1433';

/** Where the face of an emoji has its middle between eyes and mouth, as a part of the picture. */
const MIDDLE = { x: 0.5, y: 0.58 };

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Pose} pose
 * @param {string} colour
 * @param {boolean} leads  the largest face
 */
export function paintBox(context, pose, colour, leads) {
  context.lineCap = 'round';
  context.lineJoin = 'round';
  context.beginPath();
  corners(context, pose, Math.min(pose.w, pose.h) * (leads ? 0.24 : 0.18));
  // Light on dark, so the box is seen on any picture.
  context.lineWidth = leads ? 8 : 7;
  context.strokeStyle = INK;
  context.stroke();
  context.lineWidth = leads ? 4 : 3;
  context.strokeStyle = colour;
  context.stroke();
}

/**
 * The name over the box, kept inside the picture.
 * @param {CanvasRenderingContext2D} context  with its font set
 * @param {{w: number, h: number}} view
 * @param {Pose} pose
 * @param {Face} face
 * @param {{colour: string, number: number|null}} tie
 */
export function paintTag(context, view, pose, face, { colour, number }) {
  const share = face.label === 'unsure' ? '' : ` ${percent(face.confidence)}`;
  const text = (number === null ? '' : `${number}  `) + nameOf(face.label) + share;
  const w = context.measureText(text).width + 20;
  const h = 26;
  const x = Math.max(6, Math.min(view.w - w - 6, pose.x + pose.w / 2 - w / 2));
  const above = pose.y - h - 10;
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
 * @param {CanvasImageSource|null} image  null when the pack has none: a disc with the name
 * @param {string} label
 * @param {number} grown  0 to 1: how far it has come in
 */
export function paintEmoji(context, { cx, cy, size, angle }, image, label, grown) {
  const side = size * (0.9 + 0.1 * grown);
  context.save();
  context.translate(cx, cy);
  context.rotate(angle);
  if (image) context.drawImage(image, -MIDDLE.x * side, -MIDDLE.y * side, side, side);
  else paintDisc(context, side, label);
  context.restore();
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {number} side
 * @param {string} label
 */
export function paintDisc(context, side, label) {
  context.beginPath();
  context.arc(0, 0, side * 0.42, 0, 2 * Math.PI);
  context.fillStyle = INK;
  context.fill();
  context.fillStyle = '#fffdf8';
  context.font = `800 ${side / 8}px sans-serif`;
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  context.fillText(nameOf(label), 0, 0, side * 0.76);
}

/**
 * The four corners of a rectangle, as of a viewfinder.
 * @param {CanvasRenderingContext2D} context
 * @param {Pose} rect
 * @param {number} size  length of a corner's sides
 */
function corners(context, { x, y, w, h }, size) {
  const round = size * 0.6;
  for (const [cx, cy, sx, sy] of [[x, y, 1, 1], [x + w, y, -1, 1], [x + w, y + h, -1, -1], [x, y + h, 1, -1]]) {
    context.moveTo(cx, cy + sy * size);
    context.lineTo(cx, cy + sy * round);
    context.quadraticCurveTo(cx, cy, cx + sx * round, cy);
    context.lineTo(cx + sx * size, cy);
  }
}
