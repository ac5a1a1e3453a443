// The pictures of a sticker from what an emoji showed. The files are read in test_stickers.py. Run by test_page_modules.py.

import assert from 'node:assert/strict';
import test from 'node:test';

const folder = new URL('../../web/static/js/export/sticker/', import.meta.url);
const {framesOf, halved, STEP_MS} = await import(new URL('timeline.js', folder));

const MS = 3000;
const total = frames => frames.reduce((sum, {ms}) => sum + ms, 0);

test('a moving emoji has a picture for each step and ends where it begins', () => {
  const records = Array.from({length: 180}, (_, index) => ({
    ms: index * 16, label: index < 90 ? 'happy' : 'sad',
    look: {weights: index < 90 ? {happy: 1} : {sad: 1}, motion: {yaw: index / 180, eye_left: 1}},
  }));
  const frames = framesOf(records, MS);
  assert.equal(frames.length, Math.round(MS / STEP_MS));
  assert.deepEqual(frames[0].look, records[0].look);
  const {weights, motion} = frames.at(-1).look;
  assert.ok(weights.happy > 0.9 && weights.sad < 0.1 && motion.yaw < 0.1 && motion.eye_left === 1);
  const steps = frames.slice(1).map(({look}, index) => Math.abs(look.motion.yaw - frames[index].look.motion.yaw));
  assert.ok(Math.max(...steps) < 0.3, 'it glides back');
});

test('a picture that stays is one frame, after it has sprung in', () => {
  const frames = framesOf([{ms: 0, label: 'happy', look: null}, {ms: 1500, label: 'sad', look: null}], MS);
  assert.deepEqual([frames[0].label, frames.at(-1).label], ['happy', 'sad']);
  assert.ok(frames.length < 12 && frames.length > 4);
  assert.equal(total(frames), Math.round(MS / STEP_MS) * STEP_MS);
  assert.ok(frames.some(({old, changeMs}) => old === 'happy' && changeMs < STEP_MS));
});

test('half of the pictures last as long', () => {
  const frames = [1, 2, 3].map(ms => ({label: 'happy', look: null, ms, old: null, changeMs: Infinity}));
  assert.deepEqual(halved(frames).map(({ms}) => ms), [3, 3]);
});
