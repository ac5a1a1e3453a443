// The page's pure modules: flow control, expression hold, geometry, backoff, messages. Run by test_page_modules.py.

import assert from 'node:assert/strict';
import test from 'node:test';

const folder = new URL('../../web/static/js/', import.meta.url);
const load = name => import(new URL(name, folder));
const flow = await load('connection/flow.js');
const hold = await load('scene/expression-hold.js');
const geometry = await load('scene/geometry.js');
const backoff = await load('connection/backoff.js');
const cameraErrors = await load('capture/camera-errors.js');
const protocol = await load('connection/protocol.js');
const phrases = await load('text/phrases.js');
const measurements = await load('connection/measurements.js');
const {isLocal} = await load('config.js');

const LIMITS = {frame_bytes: 262144, frame_pixels: 1048576, fps: 15, credits: 2};
const HAPPY = [0, 0, 0, 1, 0, 0, 0];
const FACE = {id: 1, box: [.1, .2, .3, .4], label: 'happy', scores: HAPPY, smoothed: HAPPY, confidence: 1};

const answerTiming = (serverMs) => ({serverMs, queueMs: 0, encodeMs: 5, lagMs: 0});

/** Ten seconds of a camera at 30 frames a second before a server with this round trip, all in simulated time. */
function run({trip, server, ms = 10000, fps = 15}) {
  let state = flow.startFlow({...LIMITS, fps});
  let pending = [];
  const sent = [];
  let maxInFlight = 0;
  for (let now = 0; now < ms; now += 1) {
    for (const answer of pending.filter(({at}) => at <= now)) {
      state = flow.frameAnswered(state, {frame: answer.frame, timing: answerTiming(server)}, now);
    }
    pending = pending.filter(({at}) => at > now);
    const newFrame = Math.floor(now / 33.333) !== Math.floor((now - 1) / 33.333);
    if (newFrame && flow.maySend(state, now)) {
      state = flow.frameSent(state, now);
      sent.push(now);
      pending.push({frame: state.sent, at: now + trip});
      maxInFlight = Math.max(maxInFlight, state.inFlight.length);
    }
  }
  const gaps = sent.slice(1).map((at, index) => at - sent[index]);
  return {rate: sent.length / ms * 1000, maxInFlight, gap: Math.min(...gaps)};
}

test('a server on this device is recognised by its address', () => {
  const local = ['ws://localhost:8000/ws', 'wss://app.localhost/ws', 'ws://127.0.0.1:8000/ws', 'ws://[::1]:8000/ws'];
  const remote = ['wss://192.168.1.7:8000/ws', 'wss://localhost.example.org/ws', 'wss://mylocalhost/ws', 'wss://[fe80::1]/ws'];
  assert.deepEqual([...local, ...remote].map(isLocal), [...local.map(() => true), ...remote.map(() => false)]);
});

test('every kind of answer returns the credit of its frame', () => {
  let state = flow.startFlow(LIMITS);
  assert.ok(flow.maySend(state, 0));
  state = flow.frameSent(state, 0);
  assert.ok(!flow.maySend(state, 1000), 'no credit left');
  assert.equal(flow.frameAnswered(state, {frame: 9}, 10), state, 'an unknown frame changes nothing');
  state = flow.frameAnswered(state, {frame: 1, timing: answerTiming(5)}, 10);
  assert.ok(!flow.maySend(state, 20) && flow.maySend(state, 70), 'no faster than the limit');
  state = flow.frameSent(state, 70);
  state = flow.frameAnswered(state, {frame: 2, dropped: true, retryMs: 500}, 80);
  assert.ok(!flow.maySend(state, 579) && flow.maySend(state, 580), 'waits for retry_after_ms');
  state = flow.frameSent(state, 580);
  state = flow.frameAnswered(state, {frame: 3}, 600);
  assert.equal(state.inFlight.length, 0);
});

test('a near and fast server gets one credit', () => {
  const {maxInFlight, rate} = run({trip: 25, server: 15});
  assert.equal(maxInFlight, 1);
  assert.ok(rate > 14 && rate <= 15.1, String(rate));
});

test('a slow network gets two credits', () => {
  const {maxInFlight, rate} = run({trip: 110, server: 10});
  assert.equal(maxInFlight, 2);
  assert.ok(rate > 13, String(rate));
});

test('a slow server gets one credit', () => {
  assert.equal(run({trip: 110, server: 100}).maxInFlight, 1);
});

for (const fps of [1, 5, 7, 10, 12, 15, 20, 24, 30]) {
  test(`at a limit of ${fps} a second it sends that much and no more`, () => {
    const {rate, gap} = run({trip: 5, server: 4, fps});
    assert.ok(rate <= fps + .11 && rate >= fps * .85, String(rate));
    assert.ok(gap >= .5 * 1000 / fps - 1.01, String(gap));
  });
}

test('emoji and bars are held for 300 ms after the face is gone', () => {
  let state = hold.showFaces(hold.NOTHING_SHOWN, [FACE], 0);
  assert.equal(state.expression, 'happy');
  state = hold.showFaces(state, [], 100);
  assert.equal(hold.holdLeftMs(state, 150), 250);
  state = hold.showFaces(state, [], 350);
  assert.equal(hold.expire(state, 399).expression, 'happy');
  state = hold.expire(state, 400);
  assert.equal(state.expression, 'no-face');
  assert.equal(hold.holdLeftMs(state, 400), null);
});

test('an empty room is shown at once, and a face that comes back ends the hold', () => {
  assert.equal(hold.showFaces(hold.NOTHING_SHOWN, [], 5).expression, 'no-face');
  let state = hold.showFaces(hold.NOTHING_SHOWN, [FACE], 0);
  for (const [faces, at] of [[[], 10], [[FACE], 200], [[], 250]]) state = hold.showFaces(state, faces, at);
  assert.equal(hold.expire(state, 400).expression, 'happy');
});

test('frames are 320 to 480 px wide with the aspect ratio of the camera, never enlarged, within the limit', () => {
  const size = (w, h, maxPixels = 1e9) => geometry.frameSize({w, h}, maxPixels);
  assert.deepEqual(size(640, 480), {w: 480, h: 360});
  assert.deepEqual(size(1280, 720), {w: 480, h: 270});
  assert.deepEqual(size(720, 1280), {w: 320, h: 568});
  assert.deepEqual(size(200, 150), {w: 200, h: 150});
  const small = size(640, 480, 50000);
  assert.ok(small.w * small.h <= 50000);
});

test('boxes are placed on the picture, mirrored or not', () => {
  const rect = mirrored => geometry.placeRect([.25, .2, .25, .4], {x: 0, y: 0, w: 100, h: 100}, mirrored);
  assert.deepEqual(rect(true), {x: 50, y: 20, w: 25, h: 40});
  assert.deepEqual(rect(false), {x: 25, y: 20, w: 25, h: 40});
});

test('all of a picture is shown, whatever its shape', () => {
  for (const [w, h] of [[640, 480], [480, 640], [720, 1280], [2560, 1080], [1, 1000]]) {
    const shape = geometry.viewShape({w, h});
    const rect = geometry.pictureRect({w, h}, {w: 400 * shape, h: 400});
    assert.ok(rect.x >= 0 && rect.y >= 0 && rect.x + rect.w <= 400 * shape + 1e-6 && rect.y + rect.h <= 400 + 1e-6);
    assert.ok(Math.abs(rect.w / rect.h - w / h) < 1e-9);
    assert.ok(Math.abs(rect.x * 2 + rect.w - 400 * shape) < 1e-6, 'in the middle');
  }
});

test('reconnects after 1 to 30 seconds, and not after a refusal', () => {
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

test('camera errors become phases, unknown ones too', () => {
  assert.equal(cameraErrors.phaseOfCameraError('NotAllowedError'), 'denied');
  assert.equal(cameraErrors.phaseOfCameraError('NotFoundError'), 'no-camera');
  assert.equal(cameraErrors.phaseOfCameraError('NotReadableError'), 'in-use');
  assert.equal(cameraErrors.phaseOfCameraError('constructor'), 'lost');
});

test('invalid messages are ignored', () => {
  const result = faces => JSON.stringify({type: 'result', frame: 1, faces, timing_ms: {}});
  for (const text of ['nope', '{"type":"constructor"}', '{"type":"new"}', '[]', result([{id: 1}])]) {
    assert.equal(protocol.readMessage(text), null, text);
  }
  assert.ok(protocol.readMessage(result([FACE])));
  assert.ok(protocol.readMessage(result([{...FACE, outputs: {mouth: [.2]}}])), 'further outputs');
  assert.equal(protocol.readMessage(result([{...FACE, outputs: {mouth: 'open'}}])), null);
  const settings = {smoothing_s: .3, margin: .1, floor: .4};
  const hello = {type: 'hello', protocol: 1, labels: ['a'], limits: LIMITS, settings, model: {sha256: ''}};
  assert.ok(protocol.readMessage(JSON.stringify(hello)));
  assert.ok(protocol.readMessage(JSON.stringify({type: 'configured', settings})));
  assert.equal(protocol.readMessage(JSON.stringify({...hello, settings: {}})), null);
});

test('a tag names the share of its label only while no other expression has a larger one', () => {
  const smoothed = [0, 0, 0, .6, 0, .4, 0];
  assert.equal(phrases.nameWithShare({...FACE, smoothed, confidence: .6}), 'Happy 60\u00a0%');
  assert.equal(phrases.nameWithShare({...FACE, smoothed, label: 'sad', confidence: .4}), 'Sad');
  assert.equal(phrases.nameWithShare({...FACE, smoothed, label: 'unsure', confidence: .6}), 'Not sure');
});

test('a label of another model is its own name', () => {
  assert.equal(phrases.nameOf('contempt'), 'Contempt');
  assert.equal(phrases.nameOf('toString'), 'ToString');
});

test('the readout is the mean of the last samples', () => {
  const {samples} = tenASecond();
  assert.deepEqual(measurements.readoutOf(samples, null), {ms: 40, fps: 10, reducedBy: null});
  assert.equal(measurements.readoutOf([], 'server'), null);
});

test('the times of the timing panel add up to the age of the answer', () => {
  const {samples} = tenASecond();
  const timing = measurements.timingOf(samples, {dropped: 3, drawMs: 2});
  assert.deepEqual(timing.stages, {queue: 3, decode: 1, detect: 3, classify: 4, track: 1}, 'as the server named them');
  const stages = Object.values(timing.stages).reduce((sum, ms) => sum + ms);
  assert.equal(timing.capture + timing.network + stages, 40);
  assert.equal(timing.network, 40 - 8 - 12);
  assert.deepEqual([timing.fps, timing.dropped, timing.draw, timing.sent], [10, 3, 2, 200]);
});

test('a stage that the messages do not name has its own name', () => {
  assert.deepEqual(phrases.figureTexts('mesh'), ['mesh', 'ms', '']);
  assert.equal(phrases.figureTexts('toString')[0], 'toString');
});

/** Ten seconds of answers, ten a second, each 40 ms old. */
function tenASecond() {
  const timing = {queue: 3, decode: 1, detect: 3, classify: 4, track: 1, total: 12};
  let samples = [];
  for (let at = 0; at < 10000; at += 100) {
    samples = measurements.addSample(samples, {at, ms: 40, captureMs: 8, bytes: 20000, timing});
  }
  assert.ok(samples.length <= 20, 'two seconds are kept');
  return {samples};
}

test('a maximum frame rate applies, and a pace at the old maximum goes to the new one', () => {
  const limited = flow.flowLimited(flow.startFlow(LIMITS), 5);
  assert.equal(limited.pace.fps, 5);
  assert.equal(flow.flowLimited(limited, Infinity).pace.fps, LIMITS.fps, 'taken away');
  const slowed = flow.flowLimited({...limited, pace: {...limited.pace, fps: 4}}, Infinity);
  assert.equal(slowed.pace.fps, 4, 'a reduced pace recovers by its own rule');
});
