// Values of a face between two answers. An answer tells how the face was when its picture was shown; so each value is drawn
// where it is likely to be now, and followed with a short time constant: 25 answers a second become 60 steady drawings.
// Pure. Times in milliseconds; values are within -1 to 1 (docs/protocol.md, motion).

/** Answers that tell whether a value changes, and how old they may be. More are steadier and notice a change later. */
const SAMPLES = 4;
const SAMPLES_MS = 260;

/** Answers from which the speed is taken: the fewer, the less a movement that stops or turns back is overrun. */
const SPEED_SAMPLES = 3;

/**
 * No value is predicted further: an answer takes 30 to 120 ms. Of the predicted way only a part is gone, and not more than
 * MAX_WAY: all of it would follow without a lag, but overrun a nod of 250 ms by a fifth.
 */
const AHEAD_MS = 100;
const PART = 0.65;
const MAX_WAY = 0.12;

/**
 * Change in a second. Below the first a value counts as still: the server's values of a still face waver by 0.01, which
 * gives speeds of 0.1. From the second on its speed counts in full.
 */
const STILL = 0.25;
const MOVING = 0.7;

/** Time constants with which a drawn value follows: a still one, which must not tremble, and a moving one. */
const STILL_MS = 50;
const MOVING_MS = 15;

/** Nearer to its goal a value has arrived: half a pixel of an emoji of 400. */
const ARRIVED = 0.002;

/** Values that are 0 to 1; all others are -1 to 1. */
const UNSIGNED = new Set(['mouth_open', 'mouth_pucker', 'eye_left', 'eye_right', 'brow_frown']);

/**
 * The lowest value of a motion value; the highest is 1.
 * @param {string} name
 */
export function lowest(name) {
  return UNSIGNED.has(name) ? 0 : -1;
}

/**
 * A motion value of a face at rest.
 * @param {string} name
 */
export function restOf(name) {
  return name === 'eye_left' || name === 'eye_right' ? 1 : 0;
}

/**
 * @param {ValueTrack|null} track  null for a new face
 * @param {Values} values  of a new answer
 * @param {number} at  when its picture was shown
 * @returns {ValueTrack}
 */
export function observeValues(track, values, at) {
  const before = (track?.samples ?? []).filter((each) => each.at < at && at - each.at < SAMPLES_MS).slice(1 - SAMPLES);
  const samples = [...before, { at, values }];
  const changes = Object.keys(values).map((name) => {
    const points = samples.filter((each) => name in each.values).map((each) => ({ at: each.at, y: each.values[name] }));
    const steady = slope(points);
    const recent = slope(points.slice(-SPEED_SAMPLES));
    const trust = Math.min(1, Math.max(0, (1000 * Math.abs(steady) - STILL) / (MOVING - STILL)));
    // A recent speed of the other direction: the value wavers or turns back.
    return [name, { speed: recent * steady > 0 ? trust * recent : 0, followMs: STILL_MS + trust * (MOVING_MS - STILL_MS) }];
  });
  return { samples, changes: Object.fromEntries(changes) };
}

/**
 * Where the values probably are now.
 * @param {ValueTrack} track
 * @param {number} now
 * @returns {Record<string, Goal>} by name
 */
export function goalsAt({ samples, changes }, now) {
  const { at, values } = samples[samples.length - 1];
  return Object.fromEntries(Object.entries(values).map(([name, value]) => {
    const { speed, followMs } = changes[name];
    // What follows with a time constant lags behind by that time.
    const way = PART * speed * Math.min(AHEAD_MS, Math.max(0, now - at + followMs));
    const goal = value + Math.min(MAX_WAY, Math.max(-MAX_WAY, way));
    return [name, { value: Math.min(1, Math.max(lowest(name), goal)), followMs }];
  }));
}

/**
 * Whether the goals still change without a further answer.
 * @param {ValueTrack} track
 * @param {number} now
 */
export function isAhead({ samples, changes }, now) {
  const { at } = samples[samples.length - 1];
  return Object.values(changes).some(({ speed, followMs }) => speed !== 0 && now - at + followMs < AHEAD_MS);
}

/**
 * Moves drawn values towards their goals. A value that was not drawn before starts at `from`, or at its goal.
 * @param {Values} drawn
 * @param {Readonly<Record<string, Goal>>} goals
 * @param {number} elapsed  since the last call
 * @returns {{values: Values, moving: boolean}} values: the object `drawn` if nothing has changed; without those that have
 *   no goal
 */
export function follow(drawn, goals, elapsed) {
  const values = /** @type {Record<string, number>} */ ({});
  let moving = false;
  let isChanged = Object.keys(drawn).length !== Object.keys(goals).length;
  for (const [name, { value, followMs, from = value }] of Object.entries(goals)) {
    const left = (value - (drawn[name] ?? from)) * Math.exp(-elapsed / followMs);
    const hasArrived = Math.abs(left) < ARRIVED;
    values[name] = hasArrived ? value : value - left;
    moving ||= !hasArrived;
    isChanged ||= values[name] !== drawn[name];
  }
  return { values: isChanged ? values : drawn, moving };
}

/**
 * Change in a millisecond: of the line with the least squares of distances.
 * @param {readonly {at: number, y: number}[]} points
 * @returns {number} 0 with fewer than two
 */
function slope(points) {
  if (points.length < 2) return 0;
  const at = points.reduce((sum, each) => sum + each.at, 0) / points.length;
  const across = points.reduce((sum, each) => sum + (each.at - at) ** 2, 0);
  return points.reduce((sum, each) => sum + (each.at - at) * each.y, 0) / across;
}
