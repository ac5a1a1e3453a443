// Where a face is drawn: its box, and the place, size and tilt of an emoji that covers it. Pure. In pixels of the view.

import { placePoint, placeRect } from './geometry.js';

/** Width of an emoji in distances between the eyes: 2.5 from ear to ear, and more for the hair. */
const EYES_TO_SIZE = 3.7;

/** The same in widths of the box, for a face without landmarks. */
const BOX_TO_SIZE = 1.5;

/**
 * @param {Face} face
 * @param {Rect} picture
 * @param {boolean} mirrored
 * @returns {Pose}
 */
export function poseOf({ box, landmarks }, picture, mirrored) {
  const rect = placeRect(box, picture, mirrored);
  if (!landmarks) {
    const size = BOX_TO_SIZE * Math.max(rect.w, rect.h);
    return { ...rect, cx: rect.x + rect.w / 2, cy: rect.y + rect.h / 2, size, angle: 0 };
  }
  const [left, right, , mouth] = landmarks.map((point) => placePoint(point, picture, mirrored));
  const eyes = { x: (left.x + right.x) / 2, y: (left.y + right.y) / 2 };
  const sign = mirrored ? -1 : 1;
  const across = { x: sign * (right.x - left.x), y: sign * (right.y - left.y) };
  const down = { x: mouth.x - eyes.x, y: mouth.y - eyes.y };
  // Both distances: between the eyes it is short on a turned face, from eyes to mouth on one that looks up.
  return {
    ...rect,
    cx: (eyes.x + mouth.x) / 2,
    cy: (eyes.y + mouth.y) / 2,
    size: EYES_TO_SIZE * Math.max(Math.hypot(across.x, across.y), Math.hypot(down.x, down.y)),
    angle: Math.atan2(across.y - down.x, across.x + down.y),
  };
}
