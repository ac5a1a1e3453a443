// The recorder with a simulated MediaRecorder. Run by test_page_modules.py.

import assert from 'node:assert/strict';
import test from 'node:test';

const {Recorder} = await import(new URL('../../web/static/js/export/recorder.js', import.meta.url));

class FakeMediaRecorder extends EventTarget {
  static supported = ['video/webm;codecs=vp8'];
  static isTypeSupported = type => FakeMediaRecorder.supported.includes(type);

  constructor(stream, {mimeType}) {
    super();
    Object.assign(this, {mimeType, state: 'inactive'});
    FakeMediaRecorder.last = this;
  }

  start(timeSlice) {
    Object.assign(this, {timeSlice, state: 'recording'});
  }

  stop() {
    this.state = 'inactive';
    this.dispatchEvent(new Event('stop'));
  }

  pause() {
    this.state = 'paused';
  }

  resume() {
    this.state = 'recording';
  }

  deliver(text) {
    this.dispatchEvent(Object.assign(new Event('dataavailable'), {data: new Blob([text])}));
  }
}

/** A recording in progress: the recorder, the simulated encoder, and what `onEnd` was called with. */
function record() {
  globalThis.MediaRecorder = FakeMediaRecorder;
  const ended = [];
  let onEnd = () => {};
  const end = new Promise(resolve => { onEnd = resolve; });
  const recorder = new Recorder(null, recording => {
    ended.push(recording);
    onEnd();
  });
  return {recorder, ended, end, encoder: FakeMediaRecorder.last};
}

test('a recording is delivered in parts and put together at the end', async context => {
  context.mock.method(console, 'warn', () => {}); // the parts are no WebM: they are put together as they are
  const {recorder, ended, end, encoder} = record();
  assert.equal(encoder.timeSlice, 1000);
  for (const part of ['one ', '', 'two']) encoder.deliver(part);
  recorder.stop();
  recorder.stop();
  await end;
  assert.equal(ended.length, 1);
  const [{file, extension, hasFailed}] = ended;
  assert.deepEqual([await file.text(), file.type, extension, hasFailed], ['one two', 'video/webm', 'webm', false]);
});

test('H.264 in MP4 is preferred, and MP4 of any codec comes last', async () => {
  const mp4 = 'video/mp4;codecs=avc1.42E01E';
  const {supported} = FakeMediaRecorder;
  for (const [types, chosen] of [
    [['video/webm', 'video/mp4', 'video/mp4;codecs=avc1.64001F', mp4], mp4], [['video/mp4', 'video/webm'], 'video/webm'],
    [['video/mp4'], 'video/mp4'],
  ]) {
    FakeMediaRecorder.supported = types;
    const {recorder, encoder} = record();
    assert.equal(encoder.mimeType, chosen);
    recorder.stop();
  }
  FakeMediaRecorder.supported = supported;
});

test('an encoder that fails ends the recording with what it delivered', async context => {
  context.mock.method(console, 'warn', () => {});
  const {ended, end, encoder} = record();
  encoder.deliver('one');
  encoder.dispatchEvent(new Event('error'));
  await end;
  assert.deepEqual([await ended[0].file.text(), ended[0].hasFailed], ['one', true]);
});

test('an encoder that is inactive when it fails ends the recording too', () => {
  const {ended, encoder} = record();
  encoder.state = 'inactive';
  encoder.dispatchEvent(new Event('error'));
  encoder.dispatchEvent(new Event('stop'));
  assert.deepEqual(ended.map(({file, hasFailed}) => [file, hasFailed]), [[null, true]]);
});

test('a recording of 0 bytes has no file', () => {
  const {recorder, ended, encoder} = record();
  encoder.deliver('');
  recorder.stop();
  assert.equal(ended[0].file, null);
});

test('an encoder that delivers nothing for ten seconds has failed, unless it is paused', context => {
  context.mock.timers.enable({apis: ['setTimeout']});
  const {ended, encoder} = record();
  encoder.deliver('');
  context.mock.timers.tick(9_999);
  assert.equal(ended.length, 0);
  context.mock.timers.tick(1);
  assert.deepEqual(ended.map(({file, hasFailed}) => [file, hasFailed]), [[null, true]]);
  const working = record();
  working.encoder.deliver('one');
  const paused = record();
  paused.recorder.pause(true);
  context.mock.timers.tick(60_000);
  for (const isPaused of [true, false]) working.recorder.pause(isPaused);
  context.mock.timers.tick(10_000);
  assert.deepEqual([working.ended, paused.ended], [[], []]);
  paused.recorder.pause(false);
  context.mock.timers.tick(10_000);
  assert.deepEqual(paused.ended.map(({hasFailed}) => hasFailed), [true], 'the ten seconds begin again');
});

test('a browser that cannot record throws', () => {
  globalThis.MediaRecorder = undefined;
  assert.throws(() => new Recorder(null, () => {}), /video type/);
});
