// The page's way from a picture to a JPEG: the worker, and what replaces it where it does not run. With a made worker; run
// by test_page_modules.py.

import assert from 'node:assert/strict';
import test, {beforeEach, mock} from 'node:test';

const folder = new URL('../../web/static/js/', import.meta.url);
const {WorkerEncoder} = await import(new URL('capture/worker-encoder.js', folder));
const {takenAt} = await import(new URL('capture/video-frames.js', folder));
const {PageLag} = await import(new URL('connection/page-lag.js', folder));

const SIZE = {w: 480, h: 360};
const JPEG = new ArrayBuffer(3);

/** Stands for the browser's Worker. `answer` is what it answers to a picture; undefined for nothing. */
class MadeWorker extends EventTarget {
  static all = [];
  static answer = {jpeg: JPEG};

  constructor(url) {
    super();
    Object.assign(this, {url, isRunning: true});
    MadeWorker.all.push(this);
  }

  tell(data) {
    this.dispatchEvent(Object.assign(new Event('message'), {data}));
  }

  postMessage({picture}) {
    picture.isTaken = true;
    const {answer} = MadeWorker;
    if (answer) queueMicrotask(() => this.isRunning && this.tell(answer));
  }

  terminate() {
    this.isRunning = false;
  }
}

beforeEach(() => {
  MadeWorker.all = [];
  MadeWorker.answer = {jpeg: JPEG};
  globalThis.Worker = MadeWorker;
  globalThis.createImageBitmap = async () => ({});
});

async function readyEncoder() {
  const encoder = new WorkerEncoder();
  assert.equal(await encoder.encode({}, SIZE, 0.8), null, 'not ready: the page encodes');
  MadeWorker.all[0].tell({isReady: true});
  return encoder;
}

test('the worker encodes once it is ready, and is loaded relative to the module', async () => {
  const encoder = await readyEncoder();
  assert.equal(await encoder.encode({}, SIZE, 0.8), JPEG);
  assert.equal(MadeWorker.all.length, 1);
  assert.equal(MadeWorker.all[0].url.href, new URL('capture/jpeg-worker.js', folder).href);
});

test('a worker that does not start leaves the page to encode, and is not tried again', async () => {
  const encoder = new WorkerEncoder();
  await encoder.encode({}, SIZE, 0.8);
  MadeWorker.all[0].dispatchEvent(new Event('error'));
  assert.equal(await encoder.encode({}, SIZE, 0.8), null);
  assert.equal(await encoder.encode({}, SIZE, 0.8), null);
  assert.equal(MadeWorker.all.length, 1);
  delete globalThis.Worker;
  assert.equal(await new WorkerEncoder().encode({}, SIZE, 0.8), null, 'a browser without workers');
});

test('a single picture that fails changes nothing, three in a row end the worker', async () => {
  const encoder = await readyEncoder();
  const works = globalThis.createImageBitmap;
  const fails = async () => { throw new DOMException('', 'InvalidStateError'); };
  const encode = (way) => {
    globalThis.createImageBitmap = way;
    return encoder.encode({}, SIZE, 0.8);
  };
  assert.equal(await encode(fails), null);
  assert.equal(await encode(fails), null);
  assert.equal(await encode(works), JPEG);
  assert.equal(await encode(fails), null);
  assert.equal(await encode(fails), null);
  assert.ok(MadeWorker.all[0].isRunning);
  assert.equal(await encode(fails), null);
  assert.ok(!MadeWorker.all[0].isRunning);
});

test('a picture that cannot be handed over is closed, and ends the worker neither now nor later', async () => {
  const encoder = await readyEncoder();
  const [worker] = MadeWorker.all;
  let isClosed = false;
  globalThis.createImageBitmap = async () => ({close: () => { isClosed = true; }});
  mock.timers.enable({apis: ['setTimeout']});
  try {
    worker.postMessage = () => { throw new DOMException('', 'DataCloneError'); };
    assert.equal(await encoder.encode({}, SIZE, 0.8), null);
    assert.ok(isClosed);
    mock.timers.tick(5000);
    assert.ok(worker.isRunning);
  } finally {
    mock.timers.reset();
  }
});

test('a worker that hangs is ended, and the page goes on', async () => {
  const encoder = await readyEncoder();
  MadeWorker.answer = undefined;
  mock.timers.enable({apis: ['setTimeout']});
  try {
    const jpeg = encoder.encode({}, SIZE, 0.8);
    await new Promise((resolve) => setImmediate(resolve));
    mock.timers.tick(5000);
    assert.equal(await jpeg, null);
    assert.ok(!MadeWorker.all[0].isRunning);
  } finally {
    mock.timers.reset();
  }
});

test('a picture is as old as the camera says, unless that cannot be', () => {
  assert.equal(takenAt(960, 1000), 960);
  assert.equal(takenAt(1004, 1000), 1000, 'not from the future');
  assert.equal(takenAt(undefined, 1000), 1000);
  assert.equal(takenAt(-1_000_000, 1000), 1000, 'another clock');
});

test('the time in which the page was busy is found between any two times', () => {
  const lag = new PageLag();
  lag.start(0);
  let now = 0;
  for (const gap of [0, 50, 55, 48]) {
    now += gap;
    lag.look(now);
  }
  assert.equal(lag.between(0, now), 0, 'timers waver');
  assert.equal(lag.between(0, now + 350), 300, 'a block that has not ended');
  lag.look(now + 350);
  lag.look(now + 400);
  assert.equal(lag.between(now, now + 400), 300);
  assert.equal(lag.between(now + 250, now + 400), 100, 'the part of a block');
  assert.equal(lag.between(now + 350, now + 400), 0);
});
