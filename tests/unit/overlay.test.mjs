// The overlay: what its address asks for, and its feed from another tab. Run by test_page_modules.py.

import assert from 'node:assert/strict';
import test, {mock} from 'node:test';

const folder = new URL('../../web/static/js/', import.meta.url);
const {readOptions, settingsOf} = await import(new URL('overlay/options.js', folder));
const {ASK_MS, FeedReceiver, FeedSender, LAST_MS} = await import(new URL('overlay/feed.js', folder));
const {DEFAULTS} = await import(new URL('settings/settings.js', folder));

test('an address asks for a look of the overlay', () => {
  const options = readOptions('?pack=cats&show=face&size=55&mirror=no&edge=no&ground=00b140&feed=tab&away=nothing');
  assert.deepEqual(options, {
    pack: 'cats', show: 'face', size: 55, mirror: false, edge: false, ground: '#00b140', feed: 'tab', away: 'nothing',
  });
  const {mode, pack, mirror} = settingsOf(DEFAULTS, options);
  assert.deepEqual([mode, pack, mirror], ['face', 'cats', false]);
});

test('what is missing, unknown or out of range is the default', () => {
  const usual = readOptions('');
  assert.deepEqual(usual, {
    pack: null, show: 'emoji', size: 80, mirror: null, edge: true, ground: null, feed: 'camera', away: 'emoji',
  });
  assert.deepEqual(readOptions('?show=all&size=big&edge=&ground=url(x)&feed=x&away=x'), usual);
  assert.deepEqual(['9999', '-5'].map(size => readOptions(`?size=${size}`).size), [100, 10]);
  assert.deepEqual(settingsOf({...DEFAULTS, pack: 'robots', mirror: false}, usual).pack, 'robots');
});

/** Channels of one browser, whose messages arrive at once. */
class FakeChannel extends EventTarget {
  static open = new Set();
  static posted = [];

  constructor() {
    super();
    FakeChannel.open.add(this);
  }

  postMessage(data) {
    FakeChannel.posted.push(data);
    for (const other of FakeChannel.open) if (other !== this) other.dispatchEvent(Object.assign(new Event('message'), {data}));
  }

  close() {
    FakeChannel.open.delete(this);
  }
}

test('a page sends its answers while an overlay asks, and none before', () => {
  mock.timers.enable({apis: ['setInterval', 'Date']});
  let now = 1000;
  mock.method(performance, 'now', () => now);
  globalThis.BroadcastChannel = FakeChannel;
  const state = {
    phase: 'live', expression: 'happy', labels: ['happy', 'sad'], faces: [{id: 1}], facesAt: 900, mirrored: true, living: 'on',
    settings: {pack: 'cats', camera: 'secret'},
  };
  const sender = new FeedSender(() => state);
  sender.send(state);
  assert.deepEqual(FakeChannel.posted, []);
  const feeds = [];
  const receiver = new FeedReceiver(feed => feeds.push(feed));
  const [first] = feeds;
  assert.equal(first.expression, 'happy');
  assert.equal(first.at - performance.timeOrigin, 900);
  assert.ok(!JSON.stringify(first).includes('secret'), 'only what an emoji needs');
  sender.send({...state, frames: 8});
  assert.equal(feeds.length, 1, 'nothing that an emoji shows has changed');
  sender.send({...state, expression: 'sad'});
  assert.deepEqual([feeds.length, feeds[1].expression], [2, 'sad']);
  receiver.close();
  now += LAST_MS + 1;
  sender.send({...state, expression: 'happy'});
  assert.equal(feeds.length, 2, 'the overlay is gone');
  const alone = [];
  FakeChannel.open.clear();
  const waiting = new FeedReceiver(feed => alone.push(feed));
  mock.timers.tick(ASK_MS);
  assert.deepEqual(alone, [null, null], 'no page sends');
  waiting.close();
  mock.reset();
});
