// Moves the faces' marks with the faces. An answer tells where a face was when its picture was shown; until it is there,
// the face has moved on. So a mark is drawn where the face is likely to be now, by its speed. Pure. In pixels of the view,
// times in milliseconds.

/** Answers that tell whether a face moves, and how old they may be. More are steadier and notice a movement later. */
const SAMPLES = 4;
const SAMPLES_MS = 260;

/** Answers from which the speed is taken: the fewer, the less a face that stops or turns back is overrun. */
const SPEED_SAMPLES = 3;

/** No mark is moved further ahead: an answer takes 60 to 120 ms. More overruns a face that stops. */
const AHEAD_MS = 120;

/**
 * Widths of the face a second. Below the first a face counts as still, since landmarks waver (by 0.4 % of the width,
 * measured with a webcam's noise); from the second on its speed counts in full.
 */
const STILL = 0.3;
const MOVING = 0.6;

/** Time constants with which a mark follows: a still face, on which it must not tremble, and a moving one. */
const STILL_MS = 70;
const MOVING_MS = 15;

/** Pixels. A mark nearer to its place has arrived: nothing is drawn until the next answer. */
const ARRIVED = 0.3;

/**
 * @param {Motion|undefined} motion  undefined for a new face
 * @param {Pose} pose  of an answer
 * @param {number} at  when its picture was shown
 * @returns {Motion}
 */
export function observePose(motion, pose, at) {
  const sample = { at, x: (pose.cx + pose.x + pose.w / 2) / 2, y: (pose.cy + pose.y + pose.h / 2) / 2 };
  const last = motion?.samples.at(-1);
  // Not a movement: the picture was mirrored, or another source is shown.
  const isJump = last && Math.hypot(sample.x - last.x, sample.y - last.y) > pose.w;
  const before = motion && last && !isJump && at > last.at
    ? motion.samples.filter((each) => at - each.at < SAMPLES_MS).slice(1 - SAMPLES) : [];
  const samples = [...before, sample];
  const steady = { x: slope(samples, ({ x }) => x), y: slope(samples, ({ y }) => y) };
  const recent = samples.slice(-SPEED_SAMPLES);
  const vx = agreed(slope(recent, ({ x }) => x), steady.x);
  const vy = agreed(slope(recent, ({ y }) => y), steady.y);
  const widths = (1000 * Math.hypot(steady.x, steady.y)) / pose.w;
  const trust = Math.min(1, Math.max(0, (widths - STILL) / (MOVING - STILL)));
  return { pose, samples, vx: trust * vx, vy: trust * vy, followMs: STILL_MS + trust * (MOVING_MS - STILL_MS) };
}

/**
 * Moves the drawn poses towards where their faces are now. A new face starts there.
 * @param {ReadonlyMap<number, Pose>} poses  by id
 * @param {ReadonlyMap<number, Motion>} motions
 * @param {number} now
 * @param {number} elapsed  since the last call; Infinity to arrive at once
 * @returns {{poses: Map<number, Pose>, moving: boolean}} only poses that have a motion
 */
export function movePoses(poses, motions, now, elapsed) {
  let moving = false;
  const moved = [...motions].map(([id, motion]) => {
    const goal = poseAt(motion, now);
    const from = poses.get(id) ?? goal;
    const part = 1 - Math.exp(-elapsed / motion.followMs);
    const pose = /** @type {Pose} */ ({});
    for (const key of /** @type {(keyof Pose)[]} */ (Object.keys(goal))) {
      const way = key === 'angle' ? shortest(goal.angle - from.angle) : goal[key] - from[key];
      pose[key] = from[key] + way * part;
      moving ||= Math.abs(way * (1 - part)) > (key === 'angle' ? 0.01 : ARRIVED);
    }
    moving ||= isAhead(motion, now);
    return /** @type {const} */ ([id, pose]);
  });
  return { poses: new Map(moved), moving };
}

/**
 * The same faces in a paused video: each stays where the last answer saw it.
 * @param {ReadonlyMap<number, Motion>} motions
 * @returns {ReadonlyMap<number, Motion>}
 */
export function atRest(motions) {
  return new Map([...motions].map(([id, motion]) => [id, { ...motion, vx: 0, vy: 0 }]));
}

/**
 * @param {Motion} motion
 * @param {number} now
 * @returns {Pose}
 */
function poseAt({ pose, samples, vx, vy, followMs }, now) {
  // What follows with a time constant lags behind by that time.
  const lead = Math.min(AHEAD_MS, now - samples[samples.length - 1].at + followMs);
  const { x, y, cx, cy } = pose;
  return { ...pose, x: x + vx * lead, cx: cx + vx * lead, y: y + vy * lead, cy: cy + vy * lead };
}

/**
 * Whether the place still changes without a further answer.
 * @param {Motion} motion
 * @param {number} now
 */
function isAhead({ samples, vx, vy, followMs }, now) {
  return (vx !== 0 || vy !== 0) && now - samples[samples.length - 1].at + followMs < AHEAD_MS;
}

/**
 * @param {number} recent
 * @param {number} steady
 * @returns {number} the recent speed; 0 where the steady one has the other direction
 */
function agreed(recent, steady) {
  return recent * steady > 0 ? recent : 0;
}

/**
 * Pixels a millisecond: of the line with the least squares of distances.
 * @param {readonly MotionSample[]} samples
 * @param {(sample: MotionSample) => number} value
 * @returns {number} 0 with fewer than two
 */
function slope(samples, value) {
  if (samples.length < 2) return 0;
  const mean = (/** @type {(sample: MotionSample) => number} */ of) => samples.reduce((sum, each) => sum + of(each), 0)
    / samples.length;
  const at = mean((each) => each.at);
  const middle = mean(value);
  const across = mean((each) => (each.at - at) ** 2);
  return mean((each) => (each.at - at) * (value(each) - middle)) / across;
}

/** @param {number} angle  @returns {number} the same angle within half a turn of 0 */
function shortest(angle) {
  return angle - 2 * Math.PI * Math.round(angle / (2 * Math.PI));
}
