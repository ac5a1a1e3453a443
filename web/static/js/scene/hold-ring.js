// The ring around a face that is to keep still: how much of the time has passed, and the seconds left. For the
// calibration, and for the count before a snapshot.

const INK = '#2a1433';
const DONE = '#ffd84d';
const PAPER = '#fffdf8';

/** Radius in sides of the face's box: it encloses hair and chin. */
const RADIUS = 0.92;

/** Radius of the disc with the seconds, in pixels. */
const DISC = 19;

/**
 * @param {Hold} hold
 * @param {number} now
 * @returns {{part: number, seconds: number}} 0 to 1, and whole seconds left
 */
export function progressOf({ since, ms }, now) {
  const passed = Math.max(0, now - since);
  return { part: Math.min(1, passed / ms), seconds: Math.max(0, Math.ceil((ms - passed) / 1000)) };
}

/**
 * @param {Size} view
 * @param {Rect|undefined} face  its box; without one the ring is in the middle of the view
 * @returns {{x: number, y: number, radius: number}} inside the view
 */
export function ringPlace(view, face) {
  const most = Math.min(view.w, view.h) / 2 - 2 * DISC;
  const radius = Math.max(0, Math.min(most, face ? RADIUS * Math.max(face.w, face.h) : most / 2));
  const inside = (/** @type {number} */ middle, /** @type {number} */ length) =>
    Math.max(radius + DISC, Math.min(length - radius - DISC, middle));
  return {
    x: inside(face ? face.x + face.w / 2 : view.w / 2, view.w),
    y: inside(face ? face.y + face.h / 2 : view.h / 2, view.h),
    radius,
  };
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Size} view
 * @param {Rect|undefined} face
 * @param {{part: number, seconds: number}} progress
 * @param {string} family  of the font
 */
export function drawRing(context, view, face, { part, seconds }, family) {
  const { x, y, radius } = ringPlace(view, face);
  const top = -Math.PI / 2;
  // From dark to light: a dark line on a light one is visible on any picture.
  arc(context, x, y, radius, [0, 2 * Math.PI], 14, INK);
  arc(context, x, y, radius, [0, 2 * Math.PI], 8, 'rgb(255 253 248 / 45%)');
  if (part > 0) arc(context, x, y, radius, [top, top + part * 2 * Math.PI], 8, DONE);
  // The seconds stand at the top: at the bottom of the view is the text.
  context.beginPath();
  context.arc(x, y - radius, DISC, 0, 2 * Math.PI);
  context.fillStyle = INK;
  context.fill();
  context.fillStyle = PAPER;
  context.font = `800 22px ${family}`;
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  context.fillText(String(seconds), x, y - radius + 1);
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {number} x
 * @param {number} y
 * @param {number} radius
 * @param {readonly [number, number]} angles
 * @param {number} width
 * @param {string} colour
 */
function arc(context, x, y, radius, [from, to], width, colour) {
  context.beginPath();
  context.arc(x, y, radius, from, to);
  context.lineCap = 'round';
  context.lineWidth = width;
  context.strokeStyle = colour;
  context.stroke();
}
