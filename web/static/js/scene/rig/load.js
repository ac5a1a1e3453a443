// A rig of a pack as the server sends it (server/packs/rig/drawing.py), with all numbers in typed arrays and with buffers
// for drawing, so that drawing a frame allocates next to nothing. Pure.

import { toLab } from './colour.js';

/**
 * @param {RigFile} file
 * @returns {Rig}
 */
export function loadRig(file) {
  if (file.format !== 1) throw new Error(`a rig of format ${file.format}: this page draws format 1`);
  const shapes = file.shapes.map((shape, index) => ({
    ...shape,
    index,
    points: blendOf(shape.points),
    opacity: Float64Array.from(shape.opacity),
    width: Float64Array.from(shape.width),
    fill: paintOf(shape.fill),
    stroke: paintOf(shape.stroke),
    moves: shape.moves.map(moveOf),
    at: new Float64Array(shape.points.values[0].length),
    drawnIn: -1,
  }));
  const colours = file.colours.map((colour) => ({
    labs: Float64Array.from(colour.flatMap(toLab)),
    constant: colour.every((each) => each === colour[0]) ? colour[0] : null,
    text: '',
  }));
  return { ...file, shapes, colours, shares: new Float64Array(file.labels.length), frame: 0 };
}

/**
 * @param {RigBlend<readonly number[]>} blend
 * @returns {RigBlend<Float64Array>}
 */
function blendOf({ values, of }) {
  return { values: values.map((value) => Float64Array.from(value)), of };
}

/**
 * @param {RigFile['shapes'][number]['fill']} paint
 * @returns {RigPaint}
 */
function paintOf(paint) {
  if (paint === null || typeof paint === 'number') return paint;
  const size = paint.geometry.values[0].length;
  return { geometry: blendOf(paint.geometry), stops: paint.stops, at: new Float64Array(size) };
}

/**
 * @param {RigFile['shapes'][number]['moves'][number]} move
 * @returns {RigMove}
 */
function moveOf({ by, side, points, opacity, width }) {
  return {
    by,
    side,
    points: points ? blendOf(points) : null,
    opacity: opacity ? Float64Array.from(opacity) : null,
    width: width ? Float64Array.from(width) : null,
  };
}
