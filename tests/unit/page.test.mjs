// The page's pure modules: flow control, settling, geometry, backoff. Run by test_page_modules.py.

import assert from 'node:assert/strict';
import test from 'node:test';

const folder = new URL('../../web/static/js/', import.meta.url);
const load = name => import(new URL(name, folder));
const flow = await load('connection/flow.js');
const settle = await load('scene/settle.js');
const geometry = await load('scene/geometry.js');
const backoff = await load('connection/backoff.js');
const cameraErrors = await load('capture/camera-errors.js');
const protocol = await load('connection/protocol.js');
const words = await load('messages/words.js');
const meter = await load('connection/meter.js');

const LIMITS = {frame_bytes: 262144, frame_pixels: 1048576, fps: 15, credits: 2};
const HAPPY = [0, 0, 0, 1, 0, 0, 0];
const FACE = {id: 1, box: [.1, .2, .3, .4], label: 'happy', scores: HAPPY, smoothed: HAPPY, confidence: 1};

const timing = (ageMs, serverMs) => ({ageMs, serverMs, queueMs: 0});

/** Ten seconds of a camera at 30 frames a second before a server with this round trip, all in simulated time. */
function run({trip, server, ms = 10000, fps = 15}) {
  let state = flow.startFlow({...LIMITS, fps});
  let pending = [];
  const sent = [];
  let most = 0;
  for (let now = 0; now < ms; now += 1) {
    for (const answer of pending.filter(({at}) => at <= now)) {
      state = flow.frameAnswered(state, {frame: answer.frame, timing: timing(trip, server)}, now);
    }
    pending = pending.filter(({at}) => at > now);
    const newFrame = Math.floor(now / 33.333) !== Math.floor((now - 1) / 33.333);
    if (newFrame && flow.maySend(state, now)) {
      state = flow.frameSent(state, now);
      sent.push(now);
      pending.push({frame: state.sent, at: now + trip});
      most = Math.max(most, state.held.length);
    }
  }
  const gaps = sent.slice(1).map((at, index) => at - sent[index]);
  return {rate: sent.length / ms * 1000, most, gap: Math.min(...gaps)};
}

test('an answer returns the credit of its frame, whatever kind of answer it is', () => {
  let state = flow.startFlow(LIMITS);
  assert.ok(flow.maySend(state, 0));
  state = flow.frameSent(state, 0);
  assert.ok(!flow.maySend(state, 1000), 'no credit left');
  assert.equal(flow.frameAnswered(state, {frame: 9}, 10), state, 'an unknown frame changes nothing');
  state = flow.frameAnswered(state, {frame: 1, timing: timing(10, 5)}, 10);
  assert.ok(!flow.maySend(state, 20) && flow.maySend(state, 70), 'no faster than the limit');
  state = flow.frameSent(state, 70);
  state = flow.frameAnswered(state, {frame: 2, dropped: true, retryMs: 500}, 80);
  assert.ok(!flow.maySend(state, 579) && flow.maySend(state, 580), 'waits as it was told');
  state = flow.frameSent(state, 580);
  state = flow.frameAnswered(state, {frame: 3}, 600);
  assert.equal(state.held.length, 0);
});

test('one credit while the server is near and fast', () => {
  const {most, rate} = run({trip: 25, server: 15});
  assert.equal(most, 1);
  assert.ok(rate > 14 && rate <= 15.1, String(rate));
});

test('two credits hide a slow network', () => {
  const {most, rate} = run({trip: 110, server: 10});
  assert.equal(most, 2);
  assert.ok(rate > 13, String(rate));
});

test('a slow server gets one frame at a time', () => {
  assert.equal(run({trip: 110, server: 100}).most, 1);
});

for (const fps of [1, 5, 7, 10, 12, 15, 20, 24, 30]) {
  test(`at a limit of ${fps} a second it sends as much and no more`, () => {
    const {rate, gap} = run({trip: 5, server: 4, fps});
    assert.ok(rate <= fps + .11 && rate >= fps * .85, String(rate));
    assert.ok(gap >= .5 * 1000 / fps - 1.01, String(gap));
  });
}

test('the emoji holds 300 ms after the face has gone, the bars too, then shows no face', () => {
  let state = settle.settle(settle.UNSETTLED, [FACE], 0);
  assert.equal(state.expression, 'happy');
  state = settle.settle(state, [], 100);
  assert.equal(settle.holdLeftMs(state, 150), 250);
  state = settle.settle(state, [], 350);
  assert.equal(settle.expire(state, 399).expression, 'happy');
  state = settle.expire(state, 400);
  assert.equal(state.expression, 'no-face');
  assert.equal(settle.holdLeftMs(state, 400), null);
});

test('an empty room shows at once, and a face that comes back ends the hold', () => {
  assert.equal(settle.settle(settle.UNSETTLED, [], 5).expression, 'no-face');
  let state = settle.settle(settle.UNSETTLED, [FACE], 0);
  for (const [faces, at] of [[[], 10], [[FACE], 200], [[], 250]]) state = settle.settle(state, faces, at);
  assert.equal(settle.expire(state, 400).expression, 'happy');
});

test('frames are 320 to 480 px wide, in the shape of the camera, never enlarged, within the limit', () => {
  const size = (w, h, most = 1e9) => geometry.frameSize({w, h}, most);
  assert.deepEqual(size(640, 480), {w: 480, h: 360});
  assert.deepEqual(size(1280, 720), {w: 480, h: 270});
  assert.deepEqual(size(720, 1280), {w: 320, h: 568});
  assert.deepEqual(size(200, 150), {w: 200, h: 150});
  const small = size(640, 480, 50000);
  assert.ok(small.w * small.h <= 50000);
});

test('boxes land on the picture, mirrored or not', () => {
  const rect = mirrored => geometry.placeRect([.25, .2, .25, .4], {x: 0, y: 0, w: 100, h: 100}, mirrored);
  assert.deepEqual(rect(true), {x: 50, y: 20, w: 25, h: 40});
  assert.deepEqual(rect(false), {x: 25, y: 20, w: 25, h: 40});
  const cover = geometry.pictureRect({w: 640, h: 480}, {w: 400, h: 400}, 'cover');
  assert.ok(Math.abs(cover.w - 533.33) < .1 && Math.abs(cover.x + 66.67) < .1 && cover.y === 0);
});

test('reconnects after 1 to 30 seconds, and never when it was refused', () => {
  for (let attempt = 0; attempt < 40; attempt += 1) {
    for (const random of [0, .5, 1]) {
      const delay = backoff.delayMs(attempt, random);
      assert.ok(delay >= 1000 && delay <= 30000, String(delay));
    }
  }
  assert.equal(backoff.afterClose(1008), 'refused');
  assert.equal(backoff.afterClose(1013), 'full');
  assert.equal(backoff.afterClose(1000), 'idle');
  for (const code of [1001, 1006, 1011, 1012]) assert.equal(backoff.afterClose(code), 'again');
});

test('camera errors become states, unknown ones too', () => {
  assert.equal(cameraErrors.phaseOfCameraError('NotAllowedError'), 'denied');
  assert.equal(cameraErrors.phaseOfCameraError('NotFoundError'), 'no-camera');
  assert.equal(cameraErrors.phaseOfCameraError('NotReadableError'), 'in-use');
  assert.equal(cameraErrors.phaseOfCameraError('constructor'), 'lost');
});

test('messages that are not of protocol 1 are ignored', () => {
  const result = faces => JSON.stringify({type: 'result', frame: 1, faces, timing_ms: {}});
  for (const text of ['nope', '{"type":"constructor"}', '{"type":"new"}', '[]', result([{id: 1}])]) {
    assert.equal(protocol.readMessage(text), null, text);
  }
  assert.ok(protocol.readMessage(result([FACE])));
  const settings = {smoothing_s: .3, margin: .1, floor: .4};
  const hello = {type: 'hello', protocol: 1, labels: ['a'], limits: LIMITS, settings, model: {sha256: ''}};
  assert.ok(protocol.readMessage(JSON.stringify(hello)));
  assert.ok(protocol.readMessage(JSON.stringify({type: 'configured', settings})));
  assert.equal(protocol.readMessage(JSON.stringify({...hello, settings: {}})), null);
});

test('a label of another model is shown by its name', () => {
  assert.equal(words.nameOf('contempt'), 'Contempt');
  assert.equal(words.nameOf('toString'), 'ToString');
});

test('the readout is the mean of the last samples', () => {
  const {samples} = tenASecond();
  assert.deepEqual(meter.readoutOf(samples, null), {ms: 40, fps: 10, reducedBy: null});
  assert.equal(meter.readoutOf([], 'server'), null);
});

test('under the hood the stages add up to the age of the answer', () => {
  const {samples} = tenASecond();
  const hood = meter.hoodOf(samples, {dropped: 3, drawMs: 2});
  const stages = ['capture', 'network', 'queue', 'decode', 'detect', 'classify'].map(stage => hood[stage]);
  assert.equal(Math.round(stages.reduce((sum, ms) => sum + ms)), 40);
  assert.equal(hood.network, 40 - 8 - 12);
  assert.equal(hood.classify, 5, 'with the tracking');
  assert.deepEqual([hood.fps, hood.dropped, hood.draw, hood.bytes], [10, 3, 2, 200]);
});

/** Ten seconds of answers, ten a second, each 40 ms old. */
function tenASecond() {
  const server = {queue: 3, decode: 1, detect: 3, classify: 4, track: 1, total: 12};
  let samples = [];
  for (let at = 0; at < 10000; at += 100) {
    samples = meter.addSample(samples, {at, ms: 40, captureMs: 8, bytes: 20000, server});
  }
  assert.ok(samples.length <= 20, 'two seconds are kept');
  return {samples};
}

test('a ceiling of the frame rate holds, and what aimed at the old one aims at the new one', () => {
  const limited = flow.flowLimited(flow.startFlow(LIMITS), 5);
  assert.equal(limited.pace.fps, 5);
  assert.equal(flow.flowLimited(limited, Infinity).pace.fps, LIMITS.fps, 'taken away');
  const slowed = flow.flowLimited({...limited, pace: {...limited.pace, fps: 4}}, Infinity);
  assert.equal(slowed.pace.fps, 4, 'what adapted grows back by its own rule');
});
