// Living emojis: values between answers, what a look is, and when an emoji lives. Simulated time; run by
// test_page_modules.py.

import assert from 'node:assert/strict';
import test from 'node:test';

const page = path => import(new URL(`../../web/static/js/${path}`, import.meta.url));
const {follow, goalsAt, isAhead, observeValues, restOf} = await page('scene/motion-track.js');
const {balanced, leanOf, mirrorMotion, motionOf, weightsOf} = await page('scene/living-look.js');
const {LivingFaces} = await page('scene/living-faces.js');
const {addLoad, livingNote, livingStatus, NO_LOAD} = await page('settings/living.js');

const REFRESH_MS = 1000 / 60;
const LABELS = ['angry', 'happy', 'neutral'];

/** @returns {() => number} 0 to 1, the same sequence every time */
function randomNumbers(seed) {
  let state = seed;
  return () => (state = (state * 1103515245 + 12345) % 2147483648) / 2147483648;
}

/**
 * A value measured 25 times a second; the answers come 30 to 70 ms after their pictures; drawn 60 times a second.
 * @param truth  the value at a time
 * @returns {{at: number, value: number}[]}
 */
function drawn({name = 'roll', truth, ms, noise = 0}) {
  const random = randomNumbers(7);
  const answers = [];
  for (let at = 0; at < ms; at += 40) {
    const arrives = Math.max(answers.at(-1)?.arrives ?? 0, at + 30 + 40 * random());
    const error = noise * Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    answers.push({at, arrives, value: truth(at) + error});
  }
  const seen = [];
  let track = null;
  let values = {};
  for (let now = 80; now < ms; now += REFRESH_MS) {
    while (answers[0]?.arrives <= now) {
      const {at, value} = answers.shift();
      track = observeValues(track, {[name]: value}, at);
    }
    ({values} = follow(values, goalsAt(track, now), REFRESH_MS));
    seen.push({at: now, value: values[name]});
  }
  return seen;
}

/** Milliseconds by which the drawn values are behind, those with the least squares of differences. */
function lag(seen, truth) {
  const error = late => seen.reduce((sum, {at, value}) => sum + (value - truth(at - late)) ** 2, 0);
  return Array.from({length: 200}, (_, late) => late - 50).reduce((best, late) => (error(late) < error(best) ? late : best));
}

test('a drawn value is less behind a head that tilts to and fro than the newest answer', () => {
  for (const [seconds, most] of [[.7, 60], [1.5, 40], [3, 40]]) {
    const truth = now => .6 * Math.sin(2 * Math.PI * now / 1000 / seconds);
    for (const noise of [0, .01]) {
      const late = lag(drawn({truth, ms: 9000, noise}), truth);
      assert.ok(late <= most, `${late} ms at ${seconds} s a swing, noise ${noise}`);
    }
  }
});

/** How a person moves the head from one place to another: the movement with the least jerk, 0 to 1. */
const smoothly = share => {
  const t = Math.min(1, Math.max(0, share));
  return t ** 3 * (10 - 15 * t + 6 * t * t);
};

test('no value leaves its range, and a movement that stops is not visibly overrun', () => {
  for (const name of ['roll', 'mouth_open']) {
    const values = drawn({name, truth: now => smoothly((now - 1000) / 150), ms: 3000}).map(({value}) => value);
    assert.ok(Math.max(...values) <= 1 && Math.min(...values) >= (name === 'roll' ? -1 : 0), `${values}`);
  }
  for (const [ms, most] of [[150, .13], [350, .08], [500, .05]]) {
    const values = drawn({truth: now => .5 * smoothly((now - 1000) / ms), ms: 3000}).map(({value}) => value);
    assert.ok(Math.max(...values) - .5 < most, `${Math.max(...values)} after ${ms} ms`);
  }
});

test('a still face trembles no more than its answers', () => {
  const values = drawn({truth: () => .3, ms: 20_000, noise: .01}).map(({value}) => value - .3);
  const rms = Math.sqrt(values.reduce((sum, each) => sum + each * each, 0) / values.length);
  assert.ok(rms < .01, `${rms}`);
});

test('a blink of 150 ms is seen', () => {
  const truth = now => (now % 1037 < 150 ? Math.max(0, Math.abs(now % 1037 - 75) / 75 * 1.6 - .6) : 1);
  const values = drawn({name: 'eye_left', truth, ms: 9000});
  for (let k = 1; k < 8; k += 1) {
    const blink = values.filter(({at}) => at > k * 1037 && at < k * 1037 + 300).map(({value}) => value);
    assert.ok(Math.min(...blink) < .3, `blink ${k}: ${Math.min(...blink)}`);
    const after = values.find(({at}) => at > k * 1037 + 400);
    assert.ok(after.value > .9, `after blink ${k}: ${after.value}`);
  }
});

test('a value arrives, and nothing moves without further answers', () => {
  let track = null;
  for (let at = 0; at <= 200; at += 40) track = observeValues(track, {yaw: at / 400}, at);
  assert.ok(isAhead(track, 210) && !isAhead(track, 400));
  const end = goalsAt(track, 10_000).yaw.value;
  assert.ok(end > .5 && end < .8, `${end}`);
  let step = {values: {yaw: 0}, moving: true};
  for (let k = 0; step.moving; k += 1) {
    assert.ok(k < 60, 'still moving after a second');
    step = follow(step.values, goalsAt(track, 10_000), REFRESH_MS);
  }
  assert.equal(follow(step.values, goalsAt(track, 10_000), REFRESH_MS).values, step.values, 'the same object');
});

test('values without a new answer for long are forgotten by the speed', () => {
  let track = observeValues(null, {yaw: 0}, 0);
  track = observeValues(track, {yaw: 1}, 1000);
  assert.equal(track.changes.yaw.speed, 0);
});

function face(id, label, outputs, scores = [.1, .8, .1]) {
  return {id, label, box: [.3, .3, .28, .3], landmarks: [[.4, .4], [.5, .4], [.45, .5], [.45, .55], [.3, .4], [.6, .4]],
    smoothed: scores, scores, confidence: .8, quality: {}, ...(outputs && {outputs})};
}

test('in a mirror left and right change places', () => {
  const outputs = {yaw: [.5], pitch: [.2], roll: [-.3], eye_left: [0], eye_right: [1], brow_left: [.4], brow_right: [-.4],
    mouth_open: [7], age: [40]};
  const motion = motionOf({outputs}, false);
  const {yaw, pitch, brow_left: brow, ...others} = motion;
  assert.ok(yaw > .5 && yaw <= 1 && pitch > .2 && brow > .4, 'an emoji exaggerates');
  assert.deepEqual(others, {roll: -.3, mouth_open: 1, eye_left: 0, eye_right: 1, brow_right: -brow});
  assert.deepEqual(motionOf({outputs}, true), {yaw: -yaw, pitch, roll: .3, mouth_open: 1, eye_left: 1, eye_right: 0,
    brow_left: -brow, brow_right: brow});
  const still = {yaw: [0], mouth_open: [0], eye_left: [1]};
  assert.deepEqual(motionOf({outputs: still}, false), {yaw: 0, mouth_open: 0, eye_left: 1});
  assert.deepEqual(mirrorMotion(mirrorMotion(motion)), motion);
  assert.equal(motionOf({outputs: {age: [40]}}, false), null);
  assert.equal(motionOf({}, true), null);
});

test('the weights are of the shown label first', () => {
  const weights = weightsOf('happy', LABELS, [.1, .45, .45]);
  assert.ok(weights.happy > weights.neutral && weights.neutral > weights.angry);
  assert.ok(Math.abs(Object.values(weights).reduce((a, b) => a + b) - 1) < 1e-9);
  assert.deepEqual(weightsOf('unsure', LABELS, [.3, .35, .35]), {unsure: 1});
  assert.deepEqual(weightsOf('happy', LABELS, [0, 0, 0]), {happy: 1});
  assert.deepEqual(balanced({wink: .5, happy: .5}, ['happy', 'sad']), {happy: 1});
  assert.equal(balanced({wink: 1}, ['happy']), null);
});

test('a picture tilts with the eyes, as the view shows them', () => {
  const tilted = {...face(1, 'happy'), landmarks: [[.4, .35], [.5, .45], [.45, .5], [.4, .55], [0, 0], [0, 0]]};
  const lean = leanOf(tilted, 4 / 3, false);
  assert.ok(lean.roll > .5, `${lean.roll}`);
  assert.ok(Math.abs(leanOf(tilted, 4 / 3, true).roll + lean.roll) < 1e-9);
  assert.equal(lean.near, 0);
  assert.equal(leanOf({...tilted, landmarks: null}, 1, false), null, 'Haar');
});

/** A state of the page with these faces. */
function live(faces, facesAt, more = {}) {
  return {phase: 'live', living: 'on', faces, facesAt, expression: faces[0]?.label ?? 'no-face', labels: LABELS,
    mirrored: false, settings: {mode: 'face'}, ...more};
}

function settle(living, now) {
  for (let k = 0; living.move(now + k * REFRESH_MS); k += 1) assert.ok(k < 120, 'it never rests');
}

test('the main emoji glides to another expression, and returns to rest when its face has gone', () => {
  const living = new LivingFaces();
  living.render(live([face(1, 'happy', {roll: [.5], eye_left: [0]})], 0), 1);
  settle(living, 0);
  assert.equal(living.main.motion.roll, .5);
  assert.ok(living.main.weights.happy > .9);
  const before = living.main;
  assert.equal(living.move(5000), false);
  assert.equal(living.main, before, 'the same object while nothing changes');
  living.render(live([face(1, 'angry', {roll: [.5], eye_left: [0]}, [.9, .05, .05])], 5000), 1);
  living.move(5016);
  assert.ok(living.main.weights.happy > .5 && living.main.weights.angry > 0, 'it does not jump');
  settle(living, 5032);
  living.render(live([], 6000, {expression: 'angry'}), 1);
  settle(living, 6000);
  assert.equal(living.main.motion.roll, .5, 'held');
  living.render(live([], 6000), 1);
  living.move(6400);
  assert.ok(living.main.weights['no-face'] > 0 && living.main.weights['no-face'] < .5);
  settle(living, 6416);
  assert.deepEqual([living.main.weights['no-face'], living.main.motion.roll, living.main.motion.eye_left],
    [1, restOf('roll'), restOf('eye_left')]);
  assert.equal(living.lookOf(1), null);
});

test('an emoji without motion values is a still, after a moment without them', () => {
  const living = new LivingFaces();
  living.render(live([face(1, 'happy', {roll: [.5]}), face(2, 'angry')], 0), 1);
  settle(living, 0);
  assert.ok(living.lookOf(1) && !living.lookOf(2));
  living.render(live([face(1, 'happy')], 400, {settings: {mode: 'beside'}}), 1);
  assert.ok(!living.lookOf(1), 'the main emoji alone');
  assert.ok(living.main, 'some answers lack them under load');
  living.render(live([face(1, 'happy')], 800), 1);
  assert.equal(living.main, null);
  living.render(live([face(1, 'happy', {roll: [.1]})], 840), 1);
  living.move(850);
  assert.ok(living.main);
  for (const more of [{living: 'off'}, {phase: 'reconnecting'}]) {
    living.render(live([face(1, 'happy', {roll: [.1]})], 900, more), 1);
    assert.equal(living.main, null);
    assert.equal(living.move(910), false);
  }
});

test('with pictures only, the look is a tilt', () => {
  const living = new LivingFaces();
  living.render(live([face(1, 'happy')], 0, {living: 'pictures'}), 4 / 3);
  living.move(0);
  assert.deepEqual(living.main.weights, {});
  assert.deepEqual(Object.keys(living.main.motion), ['roll', 'near']);
});

test('an emoji lives where everything allows it', () => {
  const facts = {isWanted: true, isReduced: false, hasRig: true, isOffered: true, isTooMuch: false};
  const status = changes => livingStatus({...facts, ...changes});
  assert.equal(status({}), 'on');
  assert.equal(status({isWanted: false}), 'off');
  assert.equal(status({isReduced: true}), 'reduced');
  assert.equal(status({hasRig: false, isOffered: null}), 'pictures');
  assert.equal(status({isOffered: false}), 'server');
  assert.equal(status({isOffered: null}), 'waiting');
  assert.equal(status({isTooMuch: true}), 'slow');
  assert.equal(livingNote({living: 'on', phase: 'live', faces: [face(1, 'happy')]}), 'missing');
  assert.equal(livingNote({living: 'on', phase: 'live', faces: [face(1, 'happy', {yaw: [0]})]}), null);
  assert.equal(livingNote({living: 'slow', phase: 'live', faces: []}), 'slow');
});

test('drawing that is slow for five seconds ends it for a minute, a passing stall does not', () => {
  const good = {fps: 25, reducedBy: null};
  let load = addLoad(NO_LOAD, 12, good, 0);
  load = addLoad(load, 12, good, 4500);
  assert.ok(!load.isTooMuch);
  assert.deepEqual(addLoad(load, 2, good, 4600), NO_LOAD);
  load = addLoad(load, 12, good, 5000);
  assert.ok(load.isTooMuch && addLoad(load, 1, good, 64_000).isTooMuch);
  load = addLoad(load, 1, good, 65_000);
  assert.ok(!load.isTooMuch, 'something else may have been the cause');
  load = addLoad(addLoad(load, 12, good, 66_000), 12, good, 71_000);
  assert.ok(addLoad(load, 1, good, 190_000).isTooMuch, 'then for two minutes');
  for (const [fps, reducedBy, isTooMuch] of [[3, 'device', true], [12, 'device', false], [3, 'server', false]]) {
    load = addLoad(addLoad(NO_LOAD, 1, {fps, reducedBy}, 0), 1, {fps, reducedBy}, 5000);
    assert.equal(load.isTooMuch, isTooMuch, `${fps} answers a second, ${reducedBy}`);
  }
});
