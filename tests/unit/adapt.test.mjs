// How the page adapts to a busy server or a slow network: connection/adapt.js alone, and with flow.js in front of a
// simulated server. Simulated time; run by test_page_modules.py.

import assert from 'node:assert/strict';
import test from 'node:test';

import {Crowd} from './crowd.mjs';

const folder = new URL('../../web/static/js/', import.meta.url);
const adapt = await import(new URL('connection/adapt.js', folder));
const flow = await import(new URL('connection/flow.js', folder));

const LIMIT = 30;
const EASY = {tripMs: 25, serverMs: 10, queueMs: 0, encodeMs: 5, lagMs: 0};
const QUEUED = {...EASY, tripMs: 325, serverMs: 310, queueMs: 300};
const FAR = {...EASY, tripMs: 395};

/** The pace after `count` seconds with ten answers of this timing a second. */
function seconds(pace, count, timing, {drops = 0} = {}, from = 0) {
  for (let index = 0; index <= count * 10; index += 1) {
    const now = from + index * 100;
    pace = index % 10 < drops ? adapt.paceOfDrop(pace, now) : adapt.paceOfResult(pace, timing, now);
  }
  return pace;
}

test('fast answers change nothing', () => {
  const pace = seconds(adapt.startPace(LIMIT), 100, EASY);
  assert.deepEqual([pace.fps, pace.step, pace.cause], [LIMIT, 0, null]);
  assert.ok(!adapt.isReduced(pace));
});

test('queued answers reduce the rate to that of the answers, then the size', () => {
  let pace = seconds(adapt.startPace(LIMIT), 1, QUEUED);
  assert.deepEqual([pace.fps, pace.step], [8, 0], 'four fifths of the ten that came');
  for (let times = 0, last = pace; times < 10; times += 1, last = pace) {
    pace = seconds({...pace, tally: null}, 1, QUEUED);
    assert.ok(last.fps === adapt.RULE.overloadFps || pace.step === last.step, 'no smaller before the lowest rate');
  }
  assert.deepEqual([pace.fps, pace.step, pace.cause], [adapt.RULE.overloadFps, adapt.SCALES.length - 1, 'server']);
  assert.ok(adapt.isReduced(pace));
});

test('a queue is recognised on a server that always had one', () => {
  const young = seconds(adapt.startPace(LIMIT), 1, QUEUED);
  assert.ok(young.fps < LIMIT);
});

test('drops reduce the rate, a single one does not', () => {
  assert.ok(seconds(adapt.startPace(LIMIT), 1, EASY, {drops: 2}).fps < LIMIT);
  let pace = adapt.paceOfDrop(adapt.startPace(LIMIT), 0);
  for (let now = 33; now <= 1000; now += 33) pace = adapt.paceOfResult(pace, EASY, now);
  pace = adapt.paceOfDrop(pace, 1001);
  assert.equal(pace.fps, LIMIT);
});

test('the pace recovers slowly, the rate before the size', () => {
  let pace = {...adapt.startPace(LIMIT), fps: 4, step: 2, cause: 'server', bestRestMs: 20};
  const seen = [];
  for (let second = 0; second < 60 && pace.cause; second += 1) {
    pace = seconds({...pace, tally: null}, 1, EASY);
    seen.push([pace.fps, pace.step]);
  }
  assert.deepEqual([pace.fps, pace.step, pace.cause], [LIMIT, 0, null]);
  const rates = seen.map(([fps]) => fps);
  assert.deepEqual(rates.slice(0, 3), [4.5, 5.5, 7], 'each calm second in a row adds more than the previous one');
  assert.ok(seen.every(([fps, step]) => fps === LIMIT || step === 2), 'the size waits for the rate');
});

test('between the thresholds nothing changes', () => {
  const between = {...EASY, tripMs: 125, serverMs: 110, queueMs: 100};
  const before = {...adapt.startPace(LIMIT), fps: 12, step: 1, bestRestMs: 20};
  const after = seconds(before, 20, between);
  assert.deepEqual([after.fps, after.step], [12, 1]);
});

test('a slow network reduces the size and not the rate; the size recovers with the network', () => {
  let pace = seconds(adapt.startPace(LIMIT), 5, FAR);
  assert.deepEqual([pace.fps, pace.step, pace.cause], [LIMIT, 2, 'network']);
  pace = seconds({...pace, tally: null}, 20, {...FAR, tripMs: 205});
  assert.equal(pace.step, 2, 'too slow for larger pictures');
  pace = seconds({...pace, tally: null}, 20, EASY);
  assert.equal(pace.step, 0);
});

test('one stall of the browser in a second counts nothing', () => {
  let pace = adapt.startPace(LIMIT);
  for (let now = 0; now <= 20_000; now += 100) {
    const stalled = now % 1000 < 400;
    pace = adapt.paceOfResult(pace, stalled ? {...EASY, tripMs: 900, encodeMs: 900} : EASY, now);
  }
  assert.deepEqual([pace.fps, pace.step, pace.cause], [LIMIT, 0, null]);
});

test('a busy page thread is not blamed on the network', () => {
  const pace = seconds(adapt.startPace(LIMIT), 20, {...EASY, tripMs: 425, lagMs: 400});
  assert.deepEqual([pace.fps, pace.cause], [adapt.RULE.floorFps, 'device']);
  assert.ok(adapt.isReduced(pace));
});

test('a device that encodes slowly sends fewer, then smaller pictures, and recovers', () => {
  let pace = seconds(adapt.startPace(LIMIT), 1, {...EASY, encodeMs: 300});
  assert.deepEqual([pace.fps, pace.step, pace.cause], [adapt.RULE.floorFps, 0, 'device']);
  pace = seconds({...pace, tally: null}, 20, {...EASY, encodeMs: 300});
  assert.deepEqual([pace.fps, pace.step], [adapt.RULE.floorFps, 2]);
  const between = seconds({...pace, tally: null}, 20, {...EASY, encodeMs: 90});
  assert.deepEqual([between.fps, between.step], [pace.fps, pace.step], 'no oscillation between the thresholds');
  pace = seconds({...pace, tally: null}, 40, EASY);
  assert.deepEqual([pace.fps, pace.step, pace.cause], [LIMIT, 0, null]);
});

test('on localhost nothing is blamed on the network', () => {
  for (const timing of [FAR, {...EASY, tripMs: 200}]) {
    let pace = adapt.paceOfResult(adapt.startPace(LIMIT, true), EASY, 0);
    pace = seconds(pace, 20, timing, {}, 100);
    assert.deepEqual([pace.fps, pace.cause], [adapt.RULE.floorFps, 'device']);
  }
});

test('below eight a second only while the server is overloaded', () => {
  let pace = seconds(seconds(adapt.startPace(LIMIT), 1, EASY), 10, {...FAR, tripMs: 3000}, {}, 1100);
  assert.deepEqual([pace.fps, pace.cause], [adapt.RULE.floorFps, 'network']);
  pace = seconds({...pace, tally: null}, 10, QUEUED);
  assert.deepEqual([pace.fps, pace.cause], [adapt.RULE.overloadFps, 'server']);
  pace = seconds({...pace, tally: null}, 2, {...EASY, encodeMs: 300});
  assert.deepEqual([pace.fps, pace.cause], [adapt.RULE.floorFps, 'device']);
});

test('frames that stay in the send buffer reduce the size', () => {
  const stepAfter = blocked => {
    let pace = adapt.paceOfResult(adapt.startPace(LIMIT), EASY, 0);
    for (let index = 0; index < 30; index += 1) pace = adapt.paceOfUplinkCheck(pace, index < blocked);
    return adapt.paceOfResult(pace, EASY, 1000).step;
  };
  assert.equal(stepAfter(10), 0);
  assert.equal(stepAfter(20), 1);
});

test('a pause changes nothing', () => {
  let state = flow.startFlow({frame_bytes: 1e6, frame_pixels: 1e6, fps: LIMIT, credits: 2});
  for (let now = 0; now < 900; now += 100) {
    state = flow.frameSent(state, now);
    state = flow.frameAnswered(state, {frame: state.sent, timing: EASY}, now + 20);
  }
  state = flow.frameSent(state, 950);
  state = flow.flowPaused(state, 960);
  const minute = 60_000;
  state = flow.frameAnswered(state, {frame: state.sent, timing: EASY}, minute);
  assert.equal(state.inFlight.length, 0, 'its credit is returned');
  state = flow.flowPaused(state, minute);
  for (let now = minute; now < minute + 3000; now += 100) {
    state = flow.frameSent(state, now);
    state = flow.frameAnswered(state, {frame: state.sent, timing: EASY}, now + 20);
  }
  assert.deepEqual([state.pace.fps, state.pace.step, state.credits], [LIMIT, 0, 1]);
});

test('retry_after_ms of a drop applies at any rate', () => {
  let state = flow.frameSent(flow.startFlow({frame_bytes: 1e6, frame_pixels: 1e6, fps: LIMIT, credits: 2}), 0);
  state = flow.frameAnswered(state, {frame: 1, dropped: true, retryMs: 700}, 10);
  assert.ok(!flow.maySend(state, 709) && flow.maySend(state, 710));
});

// The load is two to seven and a half times the capacity in frames per second.
for (const [clients, capacity] of [[20, 300], [10, 150], [10, 60], [40, 600], [100, 400]]) {
  for (const freshMs of [80, Infinity]) {
    const kind = freshMs === Infinity ? 'keeps old frames' : 'drops old frames';
    test(`${clients} pages get young answers, at minimum two a second, from a server of ${capacity} frames/s that ${kind}`, () => {
      const crowd = new Crowd({flow, clients, capacity, freshMs}).run(4);
      crowd.reset();
      const {p95, minimum, mean, total} = crowd.run(12).summary;
      assert.ok(p95 < 300, `age p95 ${p95}`);
      assert.ok(minimum >= 2 && minimum >= .8 * mean, `minimum ${minimum}, mean ${mean}`);
      assert.ok(total > .85 * capacity, `${total} of ${capacity}`);
    });
  }
}

test('the remaining pages recover to the full rate after an overload', () => {
  const crowd = new Crowd({flow, clients: 100, capacity: 400}).run(20);
  assert.ok(crowd.summary.aims.every(fps => fps < LIMIT / 2) && crowd.summary.steps.some(step => step > 0));
  crowd.leave(95);
  crowd.run(30);
  assert.deepEqual(crowd.summary.aims, Array(5).fill(LIMIT));
  assert.deepEqual(crowd.summary.steps, Array(5).fill(0));
});

test('a few pages on an idle server send at the full rate and lose nothing', () => {
  const {aims, total, lost} = new Crowd({flow, clients: 3, capacity: 300}).run(20).summary;
  assert.deepEqual(aims, Array(3).fill(LIMIT));
  assert.ok(total > 80 && lost === 0, `${total} ${lost}`);
});

test('the size does not oscillate under a steady load', () => {
  assert.equal(new Crowd({flow, clients: 60, capacity: 240}).run(60).summary.larger, 0);
});

test('half a megabit a second: smaller pictures, younger answers, no oscillation', () => {
  const crowd = new Crowd({flow, clients: 1, capacity: 300, bytesPerMs: 62, delayMs: 10}).run(10);
  crowd.reset();
  const {p95, steps, total, larger} = crowd.run(20).summary;
  assert.deepEqual(steps, [2]);
  assert.equal(larger, 0);
  assert.ok(p95 < 450 && total > 3, `${p95} ${total}`);
});
