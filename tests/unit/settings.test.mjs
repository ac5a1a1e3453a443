// Settings, hints, face numbers, poses, history and messages. Run by test_page_modules.py.

import assert from 'node:assert/strict';
import {readdirSync} from 'node:fs';
import test from 'node:test';

const folder = new URL('../../web/static/js/', import.meta.url);
const load = name => import(new URL(name, folder));
const settings = await load('settings/settings.js');
const hints = await load('scene/hints.js');
const numbers = await load('scene/face-numbers.js');
const pose = await load('scene/pose.js');
const messages = await Promise.all(readdirSync(new URL('messages/', folder)).map(async (name) => (
  [name, (await load(`messages/${name}`)).default])));
const en = (await load('messages/en.js')).default;
const packs = await load('scene/emoji-packs.js');
const {ExpressionHistory} = await load('export/history.js');

const LABELS = ['angry', 'happy', 'sad'];
const face = (changes = {}) => ({
  id: 1, box: [.4, .4, .2, .2], label: 'happy', scores: [.1, .7, .2], smoothed: [.2, .6, .2], confidence: .6,
  quality: {light: .5, width: .3, turn: 0, detail: 20}, ...changes,
});

function memory(text = null) {
  return {text, getItem() { return this.text; }, setItem(key, value) { this.text = value; }};
}

test('settings are read as they were saved', () => {
  const store = memory();
  const chosen = {...settings.DEFAULTS, mode: 'face', theme: 'dark', fps: 12, margin: .2, expressiveness: -.5,
    calibration: {model: 'abc', scores: [.1, .9]}};
  settings.saveSettings(store, chosen);
  assert.deepEqual(settings.loadSettings(store), chosen);
});

test('a calibration stored by version 0.1.0 is read', () => {
  const resting = {model: 'abc', scores: [.1, .9]};
  assert.deepEqual(settings.loadSettings(memory(JSON.stringify({resting}))).calibration, resting);
  const newer = JSON.stringify({resting, calibration: null});
  assert.equal(settings.loadSettings(memory(newer)).calibration, null);
});

test('broken, unknown and out-of-range settings become the defaults', () => {
  for (const text of [null, 'nope', '[]', 'null', '7']) {
    assert.deepEqual(settings.loadSettings(memory(text)), settings.DEFAULTS, String(text));
  }
  const odd = {mode: 'upside', theme: 7, fps: 0, smoothing_s: 'x', mirror: 1, calibration: {scores: [2]}, toString: 1, size: 2};
  assert.deepEqual(settings.loadSettings(memory(JSON.stringify(odd))), {...settings.DEFAULTS, size: 2});
});

test('a browser without storage does not stop the page', () => {
  const closed = {getItem() { throw new Error('denied'); }, setItem() { throw new Error('full'); }};
  assert.deepEqual(settings.loadSettings(closed), settings.DEFAULTS);
  settings.saveSettings(closed, settings.DEFAULTS);
});

test('storage that throws when it is read does not stop the page', () => {
  Object.defineProperty(globalThis, 'localStorage', {configurable: true, get() { throw new Error('denied'); }});
  const store = settings.browserStore();
  assert.deepEqual(settings.loadSettings(store), settings.DEFAULTS);
  settings.saveSettings(store, settings.DEFAULTS);
});

test('expressiveness is sent to servers that have it', () => {
  const sent = (defaults) => JSON.parse(settings.configureText(
    {...settings.DEFAULTS, expressiveness: .5}, {smoothing_s: 1, margin: 0, floor: 0, ...defaults},
    {sha256: 'abc', labels: ['sad', 'neutral'], isTaught: false},
  ));
  assert.equal(sent({expressiveness: 0}).expressiveness, .5);
});

test('adapting is asked of servers that have it, unless it is switched off', () => {
  const sent = (chosen, defaults) => JSON.parse(settings.configureText(
    {...settings.DEFAULTS, ...chosen}, {smoothing_s: 1, margin: 0, floor: 0, ...defaults},
    {sha256: 'abc', labels: ['sad', 'neutral'], isTaught: false}, false,
  ));
  assert.equal(sent({}, {adapt: false}).adapt, true);
  assert.equal(sent({adapt: false}, {adapt: false}).adapt, false);
  assert.equal('adapt' in sent({}, {}), false);
});

test('a resting face of an earlier version is sent only when it fits the model, and while nothing is taught', () => {
  const sent = (scores, labels, model = 'abc', isTaught = false) => JSON.parse(settings.configureText(
    {...settings.DEFAULTS, calibration: {model, scores}}, {smoothing_s: 1, margin: 0, floor: 0, resting: null},
    {sha256: 'abc', labels, isTaught},
  )).resting;
  assert.deepEqual(sent([.1, .9], ['sad', 'neutral']), [.1, .9]);
  assert.equal(sent([.1, .9], ['sad', 'neutral'], 'abc', true), null, 'something is taught');
  assert.equal(sent([.1, .9], ['sad', 'neutral'], 'another'), null);
  assert.equal(sent([.1, .9], ['sad', 'happy']), null, 'no neutral label');
  assert.equal(sent([.1], ['sad', 'neutral']), null, 'too short');
  assert.equal(sent([0, 0], ['sad', 'neutral']), null, 'nothing in it');
});

/** The hint after these faces were seen for `ms`, ten times a second. */
function hinted(faces, ms, from = hints.NO_HINT) {
  for (let now = 0; now <= ms; now += 100) from = hints.hintOf(from, faces, now);
  return from;
}

test('the most useful hint is shown after its dwell time, and removed after the same time', () => {
  const dark = face({quality: {light: .05, width: .05, turn: .9}});
  assert.equal(hinted([dark], 1000).shown, null, 'too short');
  assert.equal(hinted([dark], 2000).shown, 'dark');
  assert.equal(hinted([face({quality: {light: .5, width: .05, turn: .9}})], 2000).shown, 'far');
  assert.equal(hinted([face({quality: {light: .5, width: .3, turn: -.9}})], 2000).shown, 'turned');
  assert.equal(hinted([face({quality: {light: .5, width: .3, turn: 0, detail: 4}})], 2000).shown, 'blurred');
  assert.equal(hinted([face(), face({id: 2})], 2000).shown, 'several');
  assert.equal(hinted([face()], 2000).shown, null);
  assert.equal(hinted([face()], 2000, hinted([dark], 2000)).shown, null);
});

test('hints start where the accuracy of the model was measured to fall', () => {
  const at = quality => hinted([face({quality: {light: .5, width: .3, turn: 0, ...quality}})], 2000).shown;
  assert.deepEqual([at({light: .13}), at({light: .11})], [null, 'dark']);
  assert.deepEqual([at({turn: .44}), at({turn: -.46})], [null, 'turned']);
});

test('without quality figures and without a face there is no hint', () => {
  assert.equal(hinted([face({quality: undefined})], 3000).shown, null);
  assert.equal(hinted([face({quality: {light: .5, width: .3, turn: null}})], 3000).shown, null);
  assert.equal(hinted([], 3000).shown, null);
});

test('a face keeps its number while others come and go', () => {
  let state = numbers.numberFaces(new Map(), [{id: 7}, {id: 8}]);
  assert.deepEqual([...state], [[7, 0], [8, 1]]);
  assert.equal(numbers.numberFaces(state, [{id: 8}, {id: 7}]), state, 'in any order');
  state = numbers.numberFaces(state, [{id: 8}, {id: 9}]);
  assert.deepEqual([state.get(8), state.get(9)], [1, 0]);
  assert.equal(numbers.colourOf(1, 1), numbers.SINGLE_COLOUR, 'a single face');
  assert.notEqual(numbers.colourOf(0, 2), numbers.colourOf(1, 2));
});

const PICTURE = {x: 0, y: 0, w: 100, h: 100};

/** Landmarks of an upright face at the middle, turned clockwise by an angle. */
function landmarks(angle, eyes = 10) {
  const points = [[-eyes, -10], [eyes, -10], [0, 0], [0, 10]];
  const [sin, cos] = [Math.sin(angle), Math.cos(angle)];
  return points.map(([x, y]) => [(50 + x * cos - y * sin) / 100, (50 + x * sin + y * cos) / 100]);
}

test('an emoji on a face follows its tilt and size, mirrored too', () => {
  for (const angle of [0, .4, -.4, 1.5, 3]) {
    const straight = pose.poseOf(face({landmarks: landmarks(angle)}), PICTURE, false);
    const mirrored = pose.poseOf(face({landmarks: landmarks(angle)}), PICTURE, true);
    assert.ok(Math.abs(straight.angle - angle) < 1e-9 && Math.abs(mirrored.angle + angle) < 1e-9, String(angle));
    assert.ok(Math.abs(straight.cx - 50) < 1e-9 && Math.abs(straight.cy - 50) < 1e-9);
  }
  const size = scale => pose.poseOf(face({landmarks: landmarks(0, 10)}), {...PICTURE, w: scale, h: scale}, false).size;
  assert.ok(Math.abs(size(200) / size(100) - 2) < 1e-9);
  const turned = pose.poseOf(face({landmarks: landmarks(.3, 3)}), PICTURE, false);
  assert.ok(turned.size > .9 * size(100), 'a face in profile is not smaller');
  assert.equal(pose.poseOf(face({landmarks: null}), PICTURE, false).angle, 0);
});

test('the history has a row every 250 ms and is saved as CSV and JSON', () => {
  const history = new ExpressionHistory(LABELS);
  for (let at = 0; at < 1000; at += 50) history.add([face()], at);
  history.add([], 1000);
  history.add([face({label: 'unsure'}), face({id: 2})], 1250);
  assert.equal(history.length, 6);
  assert.deepEqual([3, 4, 5].map(row => history.expression(row)), ['happy', 'no-face', 'unsure']);
  const lines = history.toCsv().split('\r\n');
  assert.equal(lines[0], 'time,faces,expression,angry,happy,sad');
  assert.equal(lines[1], '1970-01-01T00:00:00.000Z,1,happy,0.2,0.6,0.2');
  assert.equal(lines[5], '1970-01-01T00:00:01.000Z,0,no-face,,,');
  const {rows} = JSON.parse(history.toJson());
  assert.deepEqual(rows[5], {time: '1970-01-01T00:00:01.250Z', faces: 2, expression: 'unsure',
    scores: {angry: .2, happy: .6, sad: .2}});
  assert.equal(rows[4].scores, null);
  assert.equal(history.since(1000), 4);
});

test('a long history deletes its oldest rows', () => {
  const history = new ExpressionHistory(LABELS);
  const maxRows = 6 * 3600 * 4;
  for (let row = 0; row <= maxRows; row += 1) history.add(row % 2 ? [face()] : [], row * 250);
  assert.ok(history.length <= maxRows);
  assert.equal(history.at(history.length - 1), maxRows * 250, 'the newest is there');
  assert.deepEqual([history.expression(history.length - 1), history.score(history.length - 1, 1)], ['no-face', 0]);
  assert.ok(history.at(0) > 0, 'the oldest is gone');
});

test('a history goes on with other labels, and keeps the rows of those that are gone', () => {
  const history = new ExpressionHistory(LABELS);
  history.add([face()], 0);
  const longer = history.relabelled([...LABELS, 'wink']);
  longer.add([face({label: 'wink', smoothed: [0, .1, .1, .8]})], 250);
  const shorter = longer.relabelled(['happy', 'angry']);
  shorter.add([face({smoothed: [.9, .1]})], 500);
  assert.deepEqual(shorter.labels, ['happy', 'angry', 'sad', 'wink']);
  assert.deepEqual([0, 1, 2].map(row => shorter.expression(row)), ['happy', 'wink', 'happy']);
  const {rows} = JSON.parse(shorter.toJson());
  assert.deepEqual(rows.map(({scores}) => scores), [{happy: .6, angry: .2, sad: .2, wink: 0},
    {happy: .1, angry: 0, sad: .1, wink: .8}, {happy: .9, angry: .1, sad: 0, wink: 0}]);
});

test('labels are quoted for CSV', () => {
  const history = new ExpressionHistory(['a,b', '"c"']);
  history.add([face({label: 'a,b', smoothed: [1, 0]})], 0);
  assert.equal(history.toCsv().split('\r\n')[0], 'time,faces,expression,"a,b","""c"""');
});

/** The keys of nested messages, and the placeholders such as {n} in each text. */
function shape(texts) {
  if (typeof texts === 'string') return [...texts.matchAll(/\{\w+\}/g)].map(([placeholder]) => placeholder).sort().join();
  return Object.fromEntries(Object.entries(texts).map(([key, value]) => [key, shape(value)]));
}

for (const [name, texts] of messages) {
  test(`${name} has the keys and placeholders of en.js`, () => assert.deepEqual(shape(texts), shape(en)));
}

test('no text claims to know a feeling', () => {
  for (const [, texts] of messages) {
    assert.doesNotMatch(JSON.stringify(texts), /you feel|you are (happy|sad|angry)|du fühlst|deine Gefühle|emotion/i);
  }
});

test('an unknown pack is replaced by the default', () => {
  const all = {default: 'b', packs: [{id: 'a'}, {id: 'b'}]};
  assert.equal(packs.packOf(all, 'a').id, 'a');
  assert.equal(packs.packOf(all, 'zzz').id, 'b');
  assert.equal(packs.packOf(all, '').id, 'b');
});
