// Opening the camera, and what is wrong with its picture. Run by test_page_modules.py.

import assert from 'node:assert/strict';
import test from 'node:test';

const folder = new URL('../../web/static/js/', import.meta.url);
const load = name => import(new URL(name, folder));
const {openCamera, phaseWithoutCamera} = await load('capture/camera.js');
const {faultOfPixels, isFalsified} = await load('capture/picture-fault.js');
const {openFile, NoPictureError} = await load('capture/file-source.js');
const {PictureCheck} = await load('capture/picture-check.js');
const {eachNewFrame} = await load('capture/video-frames.js');
const {hintOf, NO_HINT} = await load('scene/hints.js');

const SETTINGS = {camera: '', facing: 'user', resolution: 720};
const define = (name, value) => Object.defineProperty(globalThis, name, {value, configurable: true, writable: true});
const STREAM = {getVideoTracks: () => [{getSettings: () => ({deviceId: 'one'})}], getTracks: () => []};

/** A browser whose camera answers each request with an error of this name, or with a stream where it is null. */
function browser(...errors) {
  const asked = [];
  define('navigator', {mediaDevices: {
    getUserMedia: async ({video}) => {
      asked.push(video);
      const name = errors.shift();
      if (name) throw Object.assign(new Error(name), {name});
      return STREAM;
    },
  }});
  return asked;
}

for (const name of ['NotReadableError', 'AbortError', 'OverconstrainedError', 'TrackStartError']) {
  test(`after ${name} the camera is asked for without a size`, async () => {
    const asked = browser(name, null);
    assert.equal((await openCamera(SETTINGS)).device, 'one');
    assert.deepEqual(asked[1], {facingMode: 'user'});
  });
}

test('a chosen camera stays the chosen one when its size fails', async () => {
  const asked = browser('NotReadableError', null);
  await openCamera({...SETTINGS, camera: 'one'});
  assert.deepEqual(asked[1], {deviceId: {exact: 'one'}});
});

test('a camera that is gone, and another one whose size fails', async () => {
  const asked = browser('OverconstrainedError', 'NotReadableError', null);
  await openCamera({...SETTINGS, camera: 'gone'});
  assert.equal(asked.length, 3);
  assert.deepEqual(asked[2], {facingMode: 'user'});
});

test('a camera that fails in every size is reported, and a refusal is not asked again', async () => {
  browser('NotReadableError', 'NotReadableError');
  await assert.rejects(openCamera(SETTINGS), {name: 'NotReadableError'});
  const asked = browser('NotAllowedError');
  await assert.rejects(openCamera(SETTINGS), {name: 'NotAllowedError'});
  assert.equal(asked.length, 1);
});

test('plain http and a browser without a camera are two different things', () => {
  const phase = (isSecureContext, mediaDevices) => {
    define('window', {isSecureContext});
    define('navigator', {mediaDevices});
    return phaseWithoutCamera();
  };
  assert.equal(phase(false, undefined), 'insecure');
  assert.equal(phase(true, undefined), 'unsupported');
  assert.equal(phase(true, {}), 'unsupported', 'an app that has the object and not the method');
  assert.equal(phase(true, {getUserMedia: () => {}}), 'idle');
});

/** A square picture of 64 pixels: colour of each pixel, and a webcam's noise on it. */
function picture(colourAt, noise = 6) {
  const pixels = new Uint8ClampedArray(64 * 64 * 4);
  let seed = 1;
  const random = () => (seed = (seed * 16807) % 2147483647) / 2147483647;
  for (let at = 0; at < 64 * 64; at += 1) {
    const colour = colourAt(at % 64, Math.floor(at / 64));
    colour.forEach((value, channel) => { pixels[at * 4 + channel] = value + noise * (random() + random() + random() - 1.5); });
    pixels[at * 4 + 3] = 255;
  }
  return faultOfPixels(pixels, 64);
}

test('black and one-coloured pictures are told from dark rooms and bare walls', () => {
  assert.equal(picture(() => [0, 0, 0]), 'black');
  assert.equal(picture(() => [9, 8, 10]), 'black', 'a cap lets some light through');
  assert.equal(picture(() => [0, 0, 0], 0), 'black');
  assert.equal(picture(() => [0, 120, 0]), 'plain', 'the green of a virtual camera');
  assert.equal(picture(() => [128, 128, 128]), 'plain');
  assert.equal(picture(() => [200, 60, 40]), 'plain', 'a finger on the lens');
  assert.equal(picture((x, y) => [150 + x / 4, 150 + x / 4, 140 + y / 4]), null, 'a wall with the light from one side');
  assert.equal(picture((x, y) => (Math.hypot(x - 32, y - 32) < 12 ? [30, 24, 20] : [8, 8, 9])), null, 'a face at night');
  assert.equal(picture((x, y) => (x > 50 && y > 50 ? [255, 255, 255] : [0, 0, 0])), null, 'a logo on black');
});

test('pixels that a browser replaced are told from those that it touched', () => {
  const drawn = Uint8ClampedArray.from({length: 1024}, (_, index) => (index * 37) % 256);
  assert.ok(!isFalsified(drawn, drawn));
  assert.ok(!isFalsified(drawn, drawn.map((value, index) => value ^ (index % 7 === 0 ? 1 : 0))), 'lowest bits of some');
  assert.ok(isFalsified(drawn, drawn.map(() => 255)), 'all white');
  assert.ok(isFalsified(drawn, drawn.map((_, index) => (index * 7919) % 251)), 'random');
});

test('what is wrong with the picture is said after two seconds, and never while there is a face', () => {
  let state = hintOf(NO_HINT, [], 0, 'black');
  state = hintOf(state, [], 1900, 'black');
  assert.equal(state.shown, null);
  state = hintOf(state, [], 2000, 'black');
  assert.equal(state.shown, 'black');
  const face = {quality: {light: .5, width: .3, turn: 0}};
  state = hintOf(state, [face], 2100, null);
  assert.equal(hintOf(state, [face], 3700, null).shown, null);
});

test('a file with sound only is not called unreadable', async () => {
  await assert.rejects(openFile({type: 'audio/mpeg'}), NoPictureError);
  const source = await openFile(new Blob([''], {type: 'video/mp4'}));
  const video = {videoWidth: 0, play: async () => {}};
  await assert.rejects(source.attach(video), NoPictureError);
  source.end();
});

test('a muted track is the fault of the picture, looked at twice a second', () => {
  const track = {muted: true};
  define('MediaStream', class { getVideoTracks = () => [track]; });
  define('document', {createElement: () => ({getContext: () => null})});
  const check = new PictureCheck({srcObject: new MediaStream()});
  assert.equal(check.look(0), 'muted');
  track.muted = false;
  assert.equal(check.look(499), 'muted');
  assert.equal(check.look(500), null);
});

/**
 * Two seconds of a camera with a picture every 40 ms, in a browser that announces one every `paintMs`. A film that is
 * `paused` shows one picture, and another after a seek at 1 s; the browser announces none.
 */
function watch({paintMs, hasFrozen = false, hasVideoFrame = true, paused = false}) {
  let now = 0;
  let read = 0;
  const paint = [];
  const timers = [];
  const shown = () => {
    if (paused) return Number(now >= 1000);
    return hasFrozen ? 0 : Math.floor(now / 40);
  };
  define('performance', {now: () => now});
  define('window', {});
  define('setInterval', (poll, ms) => timers.push({poll, ms}));
  define('clearInterval', () => timers.splice(0));
  if (hasVideoFrame) globalThis.window.VideoFrame = true;
  define('VideoFrame', class { timestamp = (read += 1, shown()); close() {} });
  const video = {
    requestVideoFrameCallback: tick => paint.push(tick), cancelVideoFrameCallback: () => paint.splice(0),
    paused, seeking: false, get currentTime() { return shown(); },
  };
  const pictures = [];
  const stop = eachNewFrame(video, () => pictures.push(shown()));
  for (now = 1; now <= 2000; now += 1) {
    if (now % paintMs === 0 && !hasFrozen && !paused) paint.splice(0).forEach(tick => tick(now, {}));
    for (const {poll, ms} of timers) if (now % ms === 0) poll();
  }
  stop();
  assert.equal(timers.length + paint.length, 0, 'nothing is left running');
  return {pictures, read};
}

test('pictures are found between two paints, each once', () => {
  const real = globalThis.setInterval;
  const slow = watch({paintMs: 200});
  assert.ok(slow.pictures.length >= 40, `${slow.pictures.length} of 50`);
  assert.equal(new Set(slow.pictures).size, slow.pictures.length);
  const usual = watch({paintMs: 40});
  assert.deepEqual([usual.pictures.length, usual.read], [50, 0], 'no work where the browser announces them all');
  assert.equal(watch({paintMs: 200, hasFrozen: true}).pictures.length, 0, 'a frozen camera gives none');
  assert.equal(watch({paintMs: 200, hasVideoFrame: false}).pictures.length, 10, 'an older browser: those it paints');
  const film = watch({paintMs: 200, paused: true});
  assert.deepEqual(film.pictures, [1], 'a paused film: the one after a seek');
  assert.ok(film.read <= 2, `${film.read} reads`);
  define('setInterval', real);
});
