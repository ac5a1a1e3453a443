// Draws a rig on a canvas, in any blend of its expressions and with any motion. Pure: no clock, no state but buffers.

import { blendInto, deflection, numberOf, placePoints, setShares } from './blend.js';
import { mixed } from './colour.js';

/** Less cannot be seen; less has no edge: lights, and what is about to appear. */
const MIN_OPACITY = 0.004;
const MIN_EDGED = 0.5;

/**
 * Draws on a square of `side` pixels around the origin; what tilts or grows may reach a little beyond it. Motion values
 * are those of the picture as drawn: where it is mirrored, the caller swaps left and right and the signs of yaw and roll.
 * @param {CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D} context
 * @param {Rig} rig
 * @param {number} side
 * @param {Readonly<Record<string, number>>} weights  of the expressions by label; others are ignored, and they need not
 *   add up to 1
 * @param {Readonly<Record<string, number>>} motion  by name (RESTS in blend.js); those that are missing are at rest
 * @param {StickerEdge|null} [edge]  around the whole
 */
export function drawRig(context, rig, side, weights, motion, edge = null) {
  setShares(rig, weights);
  rig.frame += 1;
  for (const colour of rig.colours) colour.text = mixed(colour, rig.shares);
  context.save();
  const scale = side / rig.side;
  context.scale(scale, scale);
  context.translate(rig.pivot[0] - rig.side / 2, rig.pivot[1] - rig.side / 2);
  context.rotate((deflection(motion, 'roll') * rig.roll * Math.PI) / 180);
  context.translate(-rig.pivot[0], -rig.pivot[1]);
  context.lineCap = 'round';
  context.lineJoin = 'round';
  if (edge) strokeEdge(context, rig, motion, edge.colour, edge.width / scale);
  /** @type {number|null} */
  let clip = null;
  for (const shape of rig.shapes) {
    const opacity = Math.min(1, numberOf(shape, 'opacity', rig.shares, motion));
    if (opacity < MIN_OPACITY) continue;
    if (shape.clip !== clip) {
      if (clip !== null) context.restore();
      clip = shape.clip;
      if (clip !== null) {
        context.save();
        trace(context, placed(rig, rig.shapes[clip], motion));
        context.clip();
      }
    }
    trace(context, placed(rig, shape, motion));
    context.globalAlpha = opacity;
    drawShape(context, rig, shape, motion);
  }
  if (clip !== null) context.restore();
  context.restore();
}

/**
 * A wide line around every shape, below all of them: what is left to see of it is the edge of a sticker. It costs a tenth of
 * copies or shadows of the whole.
 * @param {CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D} context
 * @param {Rig} rig
 * @param {Readonly<Record<string, number>>} motion
 * @param {string} colour
 * @param {number} width  in units of the rig
 */
function strokeEdge(context, rig, motion, colour, width) {
  context.strokeStyle = colour;
  for (const shape of rig.shapes) {
    const opacity = numberOf(shape, 'opacity', rig.shares, motion);
    if (shape.clip !== null || opacity < MIN_EDGED) continue;
    const own = shape.stroke === null ? 0 : numberOf(shape, 'width', rig.shares, motion);
    if (shape.fill === null && own <= 0) continue;
    trace(context, placed(rig, shape, motion));
    context.lineWidth = own + 2 * width;
    context.stroke();
  }
}

/**
 * Fill and stroke of the traced shape.
 * @param {CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D} context
 * @param {Rig} rig
 * @param {RigShape} shape
 * @param {Readonly<Record<string, number>>} motion
 */
function drawShape(context, rig, shape, motion) {
  if (shape.fill !== null) {
    context.fillStyle = styleOf(context, rig, shape.fill);
    context.fill();
  }
  const width = shape.stroke === null ? 0 : numberOf(shape, 'width', rig.shares, motion);
  if (shape.stroke === null || width <= 0) return;
  context.strokeStyle = styleOf(context, rig, shape.stroke);
  context.lineWidth = width;
  if (shape.dash) {
    context.setLineDash([shape.dash[0], shape.dash[1]]);
    context.lineDashOffset = shape.dash[2];
  }
  context.stroke();
  if (shape.dash) context.setLineDash([]);
}

/**
 * The shape with its points in place, computed once a frame.
 * @param {Rig} rig
 * @param {RigShape} shape
 * @param {Readonly<Record<string, number>>} motion
 */
function placed(rig, shape, motion) {
  if (shape.drawnIn !== rig.frame) placePoints(rig, shape, motion);
  shape.drawnIn = rig.frame;
  return shape;
}

/**
 * @param {CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D} context
 * @param {RigShape} shape
 */
function trace(context, { at, closed }) {
  context.beginPath();
  context.moveTo(at[0], at[1]);
  for (let index = 2; index < at.length; index += 6) {
    context.bezierCurveTo(at[index], at[index + 1], at[index + 2], at[index + 3], at[index + 4], at[index + 5]);
  }
  if (closed) context.closePath();
}

/**
 * @param {CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D} context
 * @param {Rig} rig
 * @param {Exclude<RigPaint, null>} paint
 */
function styleOf(context, rig, paint) {
  if (typeof paint === 'number') return rig.colours[paint].text;
  const { at, geometry, stops } = paint;
  blendInto(at, geometry, rig.shares);
  const gradient =
    at.length === 4
      ? context.createLinearGradient(at[0], at[1], at[2], at[3])
      : context.createRadialGradient(at[0], at[1], 0, at[0], at[1], Math.max(0, at[2]));
  for (const [offset, colour] of stops) gradient.addColorStop(offset, rig.colours[colour].text);
  return gradient;
}
