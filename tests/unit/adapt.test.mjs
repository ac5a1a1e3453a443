// How the page adapts to a server or a way that has too little room: web/static/js/connection/adapt.js alone, and with the flow
// control before a simulated server. Conditions in simulated time; run by test_page_modules.py.

import assert from 'node:assert/strict';
import test from 'node:test';

import {Crowd} from './crowd.mjs';

const folder = new URL('../../web/static/js/', import.meta.url);
const adapt = await import(new URL('connection/adapt.js', folder));
const flow = await import(new URL('connection/flow.js', folder));

const LIMIT = 30;
const EASY = {ageMs: 30, serverMs: 10, queueMs: 0};
const QUEUED = {ageMs: 330, serverMs: 310, queueMs: 300};
const FAR = {ageMs: 400, serverMs: 10, queueMs: 0};

/** So many seconds of answers, ten a second: what they say is given. */
function seconds(pace, count, timing, {drops = 0} = {}, from = 0) {
  for (let index = 0; index <= count * 10; index += 1) {
    const now = from + index * 100;
    pace = index % 10 < drops ? adapt.paceOfDrop(pace, now) : adapt.paceOfResult(pace, timing, now);
  }
  return pace;
}

test('easy answers change nothing, for as long as they come', () => {
  const pace = seconds(adapt.startPace(LIMIT), 100, EASY);
  assert.deepEqual([pace.fps, pace.step, pace.cause], [LIMIT, 0, null]);
  assert.ok(!adapt.isReduced(pace));
});

test('answers that waited lower the rate to what the server managed, and only then the size', () => {
  let pace = seconds(adapt.startPace(LIMIT), 1, QUEUED);
  assert.deepEqual([pace.fps, pace.step], [8, 0], 'four fifths of the ten that came');
  for (let times = 0, last = pace; times < 10; times += 1, last = pace) {
    pace = seconds({...pace, tally: null}, 1, QUEUED);
    assert.ok(last.fps === adapt.RULE.floorFps || pace.step === last.step, 'no smaller before the lowest rate');
  }
  assert.deepEqual([pace.fps, pace.step, pace.cause], [adapt.RULE.floorFps, adapt.SCALES.length - 1, 'server']);
  assert.ok(adapt.isReduced(pace));
});

test('a queue is seen by those who have never known the server without one', () => {
  const young = seconds(adapt.startPace(LIMIT), 1, QUEUED);
  assert.ok(young.fps < LIMIT);
});

test('drops lower the rate, one of many does not', () => {
  assert.ok(seconds(adapt.startPace(LIMIT), 1, EASY, {drops: 2}).fps < LIMIT);
  let pace = adapt.paceOfDrop(adapt.startPace(LIMIT), 0);
  for (let now = 33; now <= 1000; now += 33) pace = adapt.paceOfResult(pace, EASY, now);
  pace = adapt.paceOfDrop(pace, 1001);
  assert.equal(pace.fps, LIMIT);
});

test('it comes back slowly, the rate before the size', () => {
  let pace = {...adapt.startPace(LIMIT), fps: 4, step: 2, cause: 'server', bestRestMs: 20};
  const seen = [];
  for (let second = 0; second < 60 && pace.cause; second += 1) {
    pace = seconds({...pace, tally: null}, 1, EASY);
    seen.push([pace.fps, pace.step]);
  }
  assert.deepEqual([pace.fps, pace.step, pace.cause], [LIMIT, 0, null]);
  const rates = seen.map(([fps]) => fps);
  assert.deepEqual(rates.slice(0, 3), [4.5, 5.5, 7], 'each calm second in a row adds more than the one before');
  assert.ok(seen.every(([fps, step]) => fps === LIMIT || step === 2), 'the size waits for the rate');
});

test('between the thresholds nothing changes', () => {
  const between = {ageMs: 130, serverMs: 110, queueMs: 100};
  const before = {...adapt.startPace(LIMIT), fps: 12, step: 1, bestRestMs: 20};
  const after = seconds(before, 20, between);
  assert.deepEqual([after.fps, after.step], [12, 1]);
});

test('a far or narrow way makes the picture smaller and leaves the rate alone; near enough again, it grows', () => {
  let pace = seconds(adapt.startPace(LIMIT), 5, FAR);
  assert.deepEqual([pace.fps, pace.step, pace.cause], [LIMIT, 2, 'way']);
  pace = seconds({...pace, tally: null}, 20, {...FAR, ageMs: 210});
  assert.equal(pace.step, 2, 'what is near with small pictures may be far with large ones');
  pace = seconds({...pace, tally: null}, 20, EASY);
  assert.equal(pace.step, 0);
});

test('frames that do not leave the browser make the picture smaller', () => {
  const look = blocked => {
    let pace = adapt.paceOfResult(adapt.startPace(LIMIT), EASY, 0);
    for (let index = 0; index < 30; index += 1) pace = adapt.paceOfLook(pace, index < blocked);
    return adapt.paceOfResult(pace, EASY, 1000).step;
  };
  assert.equal(look(10), 0);
  assert.equal(look(20), 1);
});

test('nothing is learned from a pause', () => {
  let state = flow.startFlow({frame_bytes: 1e6, frame_pixels: 1e6, fps: LIMIT, credits: 2});
  for (let now = 0; now < 900; now += 100) {
    state = flow.frameSent(state, now);
    state = flow.frameAnswered(state, {frame: state.sent, timing: EASY}, now + 20);
  }
  state = flow.frameSent(state, 950);
  state = flow.flowPaused(state, 960);
  const minute = 60_000;
  state = flow.frameAnswered(state, {frame: state.sent, timing: {ageMs: minute, serverMs: 10, queueMs: 0}}, minute);
  assert.equal(state.held.length, 0, 'its credit is back');
  state = flow.flowPaused(state, minute);
  for (let now = minute; now < minute + 3000; now += 100) {
    state = flow.frameSent(state, now);
    state = flow.frameAnswered(state, {frame: state.sent, timing: EASY}, now + 20);
  }
  assert.deepEqual([state.pace.fps, state.pace.step, state.credits], [LIMIT, 0, 1]);
});

test('it waits as a drop says, whatever the rate', () => {
  let state = flow.frameSent(flow.startFlow({frame_bytes: 1e6, frame_pixels: 1e6, fps: LIMIT, credits: 2}), 0);
  state = flow.frameAnswered(state, {frame: 1, dropped: true, retryMs: 700}, 10);
  assert.ok(!flow.maySend(state, 709) && flow.maySend(state, 710));
});

// Frames a second that all want and that the server can do: from twice to seven times too many.
for (const [clients, capacity] of [[20, 300], [10, 150], [10, 60], [40, 600], [100, 400]]) {
  for (const freshMs of [80, Infinity]) {
    const kind = freshMs === Infinity ? 'takes turns' : 'drops old frames';
    test(`${clients} pages, a server of ${capacity} frames/s that ${kind}: young answers, two a second for all`, () => {
      const crowd = new Crowd({flow, clients, capacity, freshMs}).run(4);
      crowd.forget();
      const {p95, least, mean, total} = crowd.run(12).summary;
      assert.ok(p95 < 300, `age p95 ${p95}`);
      assert.ok(least >= 2 && least >= .8 * mean, `least ${least}, mean ${mean}`);
      assert.ok(total > .85 * capacity, `${total} of ${capacity}`);
    });
  }
}

test('after the crowd has gone, those who stay come back to all that they may', () => {
  const crowd = new Crowd({flow, clients: 100, capacity: 400}).run(20);
  assert.ok(crowd.summary.aims.every(fps => fps < LIMIT / 2) && crowd.summary.steps.some(step => step > 0));
  crowd.leave(95);
  crowd.run(30);
  assert.deepEqual(crowd.summary.aims, Array(5).fill(LIMIT));
  assert.deepEqual(crowd.summary.steps, Array(5).fill(0));
});

test('a few pages on a server with room send all they may, and lose nothing', () => {
  const {aims, total, lost} = new Crowd({flow, clients: 3, capacity: 300}).run(20).summary;
  assert.deepEqual(aims, Array(3).fill(LIMIT));
  assert.ok(total > 80 && lost === 0, `${total} ${lost}`);
});

test('under a steady load the size does not come and go', () => {
  assert.equal(new Crowd({flow, clients: 60, capacity: 240}).run(60).summary.larger, 0);
});

test('half a megabit a second: smaller pictures, younger answers, and no swinging', () => {
  const crowd = new Crowd({flow, clients: 1, capacity: 300, bytesPerMs: 62, delayMs: 10}).run(10);
  crowd.forget();
  const {p95, steps, total, larger} = crowd.run(20).summary;
  assert.deepEqual(steps, [2]);
  assert.equal(larger, 0);
  assert.ok(p95 < 450 && total > 3, `${p95} ${total}`);
});
