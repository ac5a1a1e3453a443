// Where a face is drawn: its box, and the place, size and tilt of an emoji that covers it. Pure. In pixels of the view.

import { placePoint, placeRect } from './geometry.js';

/** Width of an emoji in distances between the eyes: 2.5 from ear to ear, and more for the hair. */
const EYES_TO_SIZE = 3.7;

/** The same in widths of the box, for a face without landmarks. */
const BOX_TO_SIZE = 1.5;

/** Pixels. A pose nearer to its goal has arrived: nothing is drawn until the next answer. */
const ARRIVED = 0.3;

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

/**
 * Moves the drawn poses a part of the way to their goals. A new face starts at its goal.
 * @param {ReadonlyMap<number, Pose>} poses  by id
 * @param {ReadonlyMap<number, Pose>} goals
 * @param {number} part  0 stays, 1 arrives
 * @returns {{poses: Map<number, Pose>, moving: boolean}} only poses that have a goal
 */
export function movePoses(poses, goals, part) {
  let moving = false;
  const moved = [...goals].map(([id, goal]) => {
    const from = poses.get(id) ?? goal;
    const pose = /** @type {Pose} */ ({});
    for (const key of /** @type {(keyof Pose)[]} */ (Object.keys(goal))) {
      const way = key === 'angle' ? shortest(goal.angle - from.angle) : goal[key] - from[key];
      pose[key] = from[key] + way * part;
      moving ||= Math.abs(way * (1 - part)) > (key === 'angle' ? 0.01 : ARRIVED);
    }
    return /** @type {const} */ ([id, pose]);
  });
  return { poses: new Map(moved), moving };
}

/** @param {number} angle  @returns {number} the same angle within half a turn of 0 */
function shortest(angle) {
  return angle - 2 * Math.PI * Math.round(angle / (2 * Math.PI));
}
