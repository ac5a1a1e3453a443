// The shapes of snapshots, and the ring of a hold. Run by test_page_modules.py.

import assert from 'node:assert/strict';
import test from 'node:test';

const load = path => import(new URL(`../../web/static/js/${path}`, import.meta.url));
const {compositionOf} = await load('export/composed-layout.js');
const {progressOf, ringPlace} = await load('scene/hold-ring.js');

const VIEWS = {wide: {w: 1280, h: 720}, usual: {w: 640, h: 480}, square: {w: 390, h: 390}};

test('a snapshot is wide beside the picture, and square or upright below it', () => {
  for (const [name, shape] of [['wide', 1], ['usual', 1.25], ['square', 1.5]]) {
    const wide = compositionOf(VIEWS[name], {isOnFace: false, isUpright: false}, 1080);
    assert.ok(wide.h === 1080 && wide.w > 1.5 * wide.h, name);
    const upright = compositionOf(VIEWS[name], {isOnFace: false, isUpright: true}, 1080);
    assert.deepEqual([upright.w, upright.h], [1080, 1080 * shape], name);
  }
});

test('with the emoji on the face, a snapshot is the picture alone in its own shape', () => {
  const {w, h, picture, emoji} = compositionOf(VIEWS.wide, {isOnFace: true, isUpright: true}, 720);
  assert.deepEqual([w, h, picture, emoji], [1280, 720, {x: 0, y: 0, w: 1280, h: 720}, null]);
});

test('picture, emoji, name and other faces lie inside the composition and do not overlap', () => {
  for (const view of Object.values(VIEWS)) {
    for (const isUpright of [false, true]) {
      const {w, h, picture, emoji, name, others} = compositionOf(view, {isOnFace: false, isUpright}, 720);
      assert.ok(w % 2 === 0 && h % 2 === 0, 'even, for video codecs');
      assert.ok(Math.abs(picture.w / picture.h - view.w / view.h) < 1e-9, 'not distorted');
      const half = emoji.size / 2;
      assert.ok(emoji.x + half < w && emoji.y + half < h && emoji.y - half > 0);
      if (isUpright) assert.ok(picture.y + picture.h < emoji.y - half && emoji.x + half < name.x);
      else assert.ok(picture.x + picture.w < emoji.x - half && emoji.y + half < name.y - name.size / 2);
      assert.ok(others.y + others.h <= h && others.x + others.w <= w && others.y > name.y);
    }
  }
});

test('the ring counts whole seconds down and stays inside the view', () => {
  const hold = {since: 1000, ms: 3000};
  assert.deepEqual([900, 1000, 2500, 4000, 9000].map(now => progressOf(hold, now)), [
    {part: 0, seconds: 3}, {part: 0, seconds: 3}, {part: .5, seconds: 2}, {part: 1, seconds: 0}, {part: 1, seconds: 0}]);
  for (const face of [undefined, {x: 0, y: 0, w: 100, h: 100}, {x: 500, y: 400, w: 90, h: 90}, {x: 0, y: 0, w: 640, h: 480}]) {
    const {x, y, radius} = ringPlace(VIEWS.usual, face);
    assert.ok(radius > 0 && x - radius >= 0 && x + radius <= 640 && y - radius >= 0 && y + radius <= 480);
  }
  assert.equal(ringPlace({w: 300, h: 60}, undefined).radius, 0, 'not negative: arc() would throw');
});
