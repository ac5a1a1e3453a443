// Where a face is drawn: its box, and the place, size and tilt of an emoji that covers it. Pure; pixels of the view.

import { placePoint, placeRect } from './geometry.js';

/** An emoji's width, in distances between the eyes: from ear to ear it is two and a half, and there is hair. */
const EYES_TO_SIZE = 3.7;

/** The same for a face without landmarks, in widths of its box. */
const BOX_TO_SIZE = 1.5;

/** Nearer than this and a pose has arrived: nothing is drawn again until the next answer. */
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
  // The line of the eyes is short on a face that is turned, that to the mouth on one that looks up: both together.
  return {
    ...rect,
    cx: (eyes.x + mouth.x) / 2,
    cy: (eyes.y + mouth.y) / 2,
    size: EYES_TO_SIZE * Math.max(Math.hypot(across.x, across.y), Math.hypot(down.x, down.y)),
    angle: Math.atan2(across.y - down.x, across.x + down.y),
  };
}

/**
 * A step of the way from where the faces are drawn to where they are. A new face begins at its place.
 * @param {ReadonlyMap<number, Pose>} poses  by id
 * @param {ReadonlyMap<number, Pose>} goals
 * @param {number} part  0 stays, 1 arrives
 * @returns {{poses: Map<number, Pose>, moving: boolean}} without those that have no goal any more
 */
export function movePoses(poses, goals, part) {
  let moving = false;
  const moved = [...goals].map(([id, goal]) => {
    const from = poses.get(id) ?? goal;
    const pose = /** @type {Pose} */ ({});
    for (const key of /** @type {(keyof Pose)[]} */ (Object.keys(goal))) {
      const way = key === 'angle' ? turn(goal.angle - from.angle) : goal[key] - from[key];
      pose[key] = from[key] + way * part;
      moving ||= Math.abs(way * (1 - part)) > (key === 'angle' ? 0.01 : ARRIVED);
    }
    return /** @type {const} */ ([id, pose]);
  });
  return { poses: new Map(moved), moving };
}

/** @param {number} angle  @returns {number} the same the short way round */
function turn(angle) {
  return angle - 2 * Math.PI * Math.round(angle / (2 * Math.PI));
}
