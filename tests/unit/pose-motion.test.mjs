// How the mark of a face follows it: a made movement, answers 23 times a second that come 60 to 120 ms late, drawn 60 times
// a second. Simulated time; run by test_page_modules.py.

import assert from 'node:assert/strict';
import test from 'node:test';

const {atRest, movePoses, observePose} = await import(new URL('../../web/static/js/scene/pose-motion.js', import.meta.url));

const WIDTH = 640;
const FACE = 190;
const REFRESH_MS = 1000 / 60;

/** @returns {() => number} 0 to 1, the same sequence every time */
function randomNumbers(seed) {
  let state = seed;
  return () => (state = (state * 1103515245 + 12345) % 2147483648) / 2147483648;
}

function poseAt(x, y = 200, angle = 0) {
  return {x: x - FACE / 2, y, w: FACE, h: FACE, cx: x, cy: y + 100, size: 300, angle};
}

/**
 * @param place  of the face at a time, in widths of the picture
 * @param jitter  of an answer's place, pixels, one standard deviation
 * @returns {{x: number, truth: number}[]} where the mark was drawn and where the face was then, pixels
 */
function drawn({place, ms, jitter = 0}) {
  const random = randomNumbers(7);
  const noise = () => jitter * Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const answers = [];
  for (let at = 0; at < ms; at += 1000 / 23) {
    const arrives = Math.max(answers.at(-1)?.arrives ?? 0, at + 60 + 60 * random());
    answers.push({at, arrives, pose: poseAt(place(at) * WIDTH + noise(), 200 + noise())});
  }
  const seen = [];
  let motions = new Map();
  let poses = new Map();
  for (let now = 0; now < ms; now += REFRESH_MS) {
    while (answers[0]?.arrives <= now) {
      const {at, pose} = answers.shift();
      motions = new Map([[1, observePose(motions.get(1), pose, at)]]);
    }
    ({poses} = movePoses(poses, motions, now, REFRESH_MS));
    // The first second is for the first answers.
    if (now > 1000) seen.push({x: poses.get(1).cx, truth: place(now) * WIDTH});
  }
  return seen;
}

const rms = values => Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);

/** How a person moves the head from one place to another: the movement with the least jerk, 0 to 1. */
const smoothly = share => {
  const t = Math.min(1, Math.max(0, share));
  return t ** 3 * (10 - 15 * t + 6 * t * t);
};

test('a mark is less than 40 ms behind a face that moves to and fro at up to half a picture a second', () => {
  const place = now => .5 + .16 * Math.sin(Math.PI * now / 1000);
  for (const jitter of [0, 1.5]) {
    const late = rms(drawn({place, ms: 10_000, jitter}).map(({x, truth}) => (x - truth) / WIDTH)) / .5 * 1000;
    assert.ok(late < 40, `${late} ms with a jitter of ${jitter} pixels`);
  }
});

test('a mark does not visibly overrun a face that stops', () => {
  // Two fifths of the picture in 1.5 s, at most half a picture a second.
  const place = now => .3 + .4 * smoothly((now - 1500) / 1500);
  const over = Math.max(...drawn({place, ms: 5000}).map(({x}) => x)) - .7 * WIDTH;
  assert.ok(over < .05 * FACE, `${over} pixels`);
  const end = drawn({place, ms: 5000}).at(-1).x;
  assert.ok(Math.abs(end - .7 * WIDTH) < .5, `ends at ${end}`);
});

test('a mark on a still face trembles no more than one that glides with 70 ms to each answer', () => {
  // Landmarks waver by 0.4 % of the face's width in a webcam's noise: here twice that.
  const jitter = .008 * FACE;
  const seen = drawn({place: () => .5, ms: 30_000, jitter});
  const glide = 1 - Math.exp(-1000 / 23 / 70);
  assert.ok(rms(seen.map(({x, truth}) => x - truth)) < 1.1 * jitter * Math.sqrt(glide / (2 - glide)));
});

test('a jump is not a movement, and neither is a gap', () => {
  let motion = observePose(undefined, poseAt(100), 0);
  motion = observePose(motion, poseAt(500), 43);
  assert.deepEqual([motion.vx, motion.vy], [0, 0], 'the picture was mirrored');
  motion = observePose(motion, poseAt(400), 2043);
  assert.deepEqual([motion.vx, motion.samples.length], [0, 1], 'two seconds without an answer');
});

test('a mark is not carried on without answers', () => {
  let motion;
  for (let at = 0; at <= 200; at += 40) motion = observePose(motion, poseAt(100 + at / 2), at);
  const motions = new Map([[1, motion]]);
  const later = movePoses(new Map(), motions, 2000, REFRESH_MS);
  assert.equal(later.poses.get(1).cx, 200 + .5 * 120);
  assert.ok(!later.moving && movePoses(new Map(), motions, 240, REFRESH_MS).moving);
});

test('marks turn the shortest way, start at their place and go at once', () => {
  const motionsTo = (x, angle) => new Map([[1, observePose(undefined, poseAt(x, 200, angle), 0)]]);
  const first = movePoses(new Map(), motionsTo(0, 3), 0, 50);
  assert.deepEqual([first.poses.get(1).cx, first.moving], [0, false]);
  const {poses, moving} = movePoses(first.poses, motionsTo(100, -3), 0, 70 * Math.log(2));
  assert.ok(Math.abs(poses.get(1).cx - 50) < 1e-9);
  assert.ok(Math.abs(poses.get(1).angle) > 3, 'over the half turn, not through zero');
  assert.ok(moving);
  assert.equal(movePoses(poses, new Map(), 0, 50).poses.size, 0);
  assert.equal(movePoses(first.poses, motionsTo(100, 0), 0, Infinity).poses.get(1).cx, 100, 'reduced motion');
});

test('in a paused video a mark stays on its face', () => {
  let motion;
  for (let at = 0; at <= 200; at += 40) motion = observePose(motion, poseAt(.4 * WIDTH + .32 * at), at);
  const motions = new Map([[1, motion]]);
  const last = motion.pose.cx;
  const place = way => movePoses(new Map(), way(motions), 1000, Infinity);
  assert.ok(place(all => all).poses.get(1).cx > last + 20, 'ahead of it while the video plays');
  assert.equal(place(atRest).poses.get(1).cx, last);
  assert.equal(place(atRest).moving, false);
});
