// What somebody chose, hints, the resting face, the colours of faces, poses and the session. Run by test_page_modules.py.

import assert from 'node:assert/strict';
import test from 'node:test';

const folder = new URL('../../web/static/js/', import.meta.url);
const load = name => import(new URL(name, folder));
const settings = await load('settings/settings.js');
const hints = await load('scene/hints.js');
const resting = await load('settings/resting.js');
const slots = await load('scene/slots.js');
const pose = await load('scene/pose.js');
const i18n = await load('messages/i18n.js');
const en = (await load('messages/en.js')).default;
const de = (await load('messages/de.js')).default;
const packs = await load('scene/packs.js');
const {Session} = await load('export/session.js');

const LABELS = ['angry', 'happy', 'sad'];
const face = (changes = {}) => ({
  id: 1, box: [.4, .4, .2, .2], label: 'happy', scores: [.1, .7, .2], smoothed: [.2, .6, .2], confidence: .6,
  quality: {light: .5, width: .3, turn: 0}, ...changes,
});

function memory(text = null) {
  return {text, getItem() { return this.text; }, setItem(key, value) { this.text = value; }};
}

test('settings are read as they were saved', () => {
  const store = memory();
  const chosen = {...settings.DEFAULTS, mode: 'face', theme: 'dark', fps: 12, margin: .2,
    resting: {model: 'abc', scores: [.1, .9]}};
  settings.saveSettings(store, chosen);
  assert.deepEqual(settings.loadSettings(store), chosen);
});

test('what is broken, unknown or out of range is the default', () => {
  for (const text of [null, 'nope', '[]', 'null', '7']) {
    assert.deepEqual(settings.loadSettings(memory(text)), settings.DEFAULTS, String(text));
  }
  const odd = {mode: 'upside', theme: 7, fps: 0, smoothing_s: 'x', mirror: 1, resting: {scores: [2]}, toString: 1, size: 2};
  assert.deepEqual(settings.loadSettings(memory(JSON.stringify(odd))), {...settings.DEFAULTS, size: 2});
});

test('a browser that keeps nothing does not stop the page', () => {
  const closed = {getItem() { throw new Error('denied'); }, setItem() { throw new Error('full'); }};
  assert.deepEqual(settings.loadSettings(closed), settings.DEFAULTS);
  settings.saveSettings(closed, settings.DEFAULTS);
});

test('storage that throws at its mention does not stop the page either', () => {
  Object.defineProperty(globalThis, 'localStorage', {configurable: true, get() { throw new Error('denied'); }});
  const store = settings.browserStore();
  assert.deepEqual(settings.loadSettings(store), settings.DEFAULTS);
  settings.saveSettings(store, settings.DEFAULTS);
});

test('a resting face goes to the server only when it fits the model', () => {
  const sent = (scores, labels, model = 'abc') => JSON.parse(settings.configureText(
    {...settings.DEFAULTS, resting: {model, scores}}, {smoothing_s: 1, margin: 0, floor: 0, resting: null}, 'abc', labels,
  )).resting;
  assert.deepEqual(sent([.1, .9], ['sad', 'neutral']), [.1, .9]);
  assert.equal(sent([.1, .9], ['sad', 'neutral'], 'another'), null);
  assert.equal(sent([.1, .9], ['sad', 'happy']), null, 'nothing to rest at');
  assert.equal(sent([.1], ['sad', 'neutral']), null, 'too short');
  assert.equal(sent([0, 0], ['sad', 'neutral']), null, 'nothing in it');
});

/** What is hinted after these faces were seen for so long, ten times a second. */
function hinted(faces, ms, from = hints.NO_HINT) {
  for (let now = 0; now <= ms; now += 100) from = hints.hintOf(from, faces, now);
  return from;
}

test('a hint is said when it has lasted, the most useful one, and is taken back the same way', () => {
  const dark = face({quality: {light: .05, width: .05, turn: .9}});
  assert.equal(hinted([dark], 1000).shown, null, 'a passing hand says nothing');
  assert.equal(hinted([dark], 2000).shown, 'dark');
  assert.equal(hinted([face({quality: {light: .5, width: .05, turn: .9}})], 2000).shown, 'far');
  assert.equal(hinted([face({quality: {light: .5, width: .3, turn: -.9}})], 2000).shown, 'turned');
  assert.equal(hinted([face(), face({id: 2})], 2000).shown, 'several');
  assert.equal(hinted([face()], 2000).shown, null);
  assert.equal(hinted([face()], 2000, hinted([dark], 2000)).shown, null);
});

test('hints begin where the model was measured to read worse', () => {
  const at = quality => hinted([face({quality: {light: .5, width: .3, turn: 0, ...quality}})], 2000).shown;
  assert.deepEqual([at({light: .13}), at({light: .11})], [null, 'dark']);
  assert.deepEqual([at({turn: .44}), at({turn: -.46})], [null, 'turned']);
});

test('without figures of the quality, and without a face, nothing is hinted', () => {
  assert.equal(hinted([face({quality: undefined})], 3000).shown, null);
  assert.equal(hinted([face({quality: {light: .5, width: .3, turn: null}})], 3000).shown, null);
  assert.equal(hinted([], 3000).shown, null);
});

/** Three seconds of answers with these faces, ten a second. */
function learn(facesAt) {
  let learning = resting.startLearning(0);
  for (let now = 100; now <= 3000; now += 100) learning = resting.learnFrom(learning, facesAt(now));
  return resting.learned(learning, 3000);
}

test('a resting face is the mean of the raw scores of three seconds', () => {
  const scores = learn(now => [face({scores: now % 200 ? [0, .5, .5] : [0, .7, .3]})]);
  assert.deepEqual(scores.map(score => score.toFixed(2)), ['0.00', '0.60', '0.40']);
  assert.equal(resting.learned(resting.startLearning(0), 2999), null, 'not before');
});

test('it refuses when the face was away, when there were several and when hardly anything came', () => {
  assert.equal(learn(now => now === 1500 ? [] : [face()]), 'away');
  assert.equal(learn(now => now === 1500 ? [face(), face({id: 2})] : [face()]), 'several');
  assert.equal(resting.learned(resting.learnFrom(resting.startLearning(0), [face()]), 3000), 'away');
});

test('a face keeps its colour while others come and go', () => {
  let state = slots.assignSlots(new Map(), [{id: 7}, {id: 8}]);
  assert.deepEqual([...state], [[7, 0], [8, 1]]);
  assert.equal(slots.assignSlots(state, [{id: 8}, {id: 7}]), state, 'whoever is larger now');
  state = slots.assignSlots(state, [{id: 8}, {id: 9}]);
  assert.deepEqual([state.get(8), state.get(9)], [1, 0]);
  assert.equal(slots.colourOf(1, 1), slots.PAPER, 'who is alone needs none');
  assert.notEqual(slots.colourOf(0, 2), slots.colourOf(1, 2));
});

const PICTURE = {x: 0, y: 0, w: 100, h: 100};

/** Landmarks of an upright face at the middle, turned clockwise by an angle. */
function landmarks(angle, eyes = 10) {
  const points = [[-eyes, -10], [eyes, -10], [0, 0], [0, 10]];
  const [sin, cos] = [Math.sin(angle), Math.cos(angle)];
  return points.map(([x, y]) => [(50 + x * cos - y * sin) / 100, (50 + x * sin + y * cos) / 100]);
}

test('an emoji on a face follows its tilt and size, in the mirror too', () => {
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

test('poses glide, the short way round, begin at their place and go at once', () => {
  const at = (x, angle) => new Map([[1, {x, y: 0, w: 10, h: 10, cx: x, cy: 0, size: 10, angle}]]);
  const first = pose.movePoses(new Map(), at(0, 3), .5);
  assert.deepEqual([first.poses.get(1).x, first.moving], [0, false]);
  const {poses, moving} = pose.movePoses(first.poses, at(100, -3), .5);
  assert.equal(poses.get(1).x, 50);
  assert.ok(Math.abs(poses.get(1).angle) > 3, 'over the half turn, not through zero');
  assert.ok(moving);
  assert.equal(pose.movePoses(poses, new Map(), .5).poses.size, 0);
});

test('the session keeps a row every quarter of a second and says them as CSV and JSON', () => {
  const session = new Session(LABELS);
  for (let at = 0; at < 1000; at += 50) session.add([face()], at);
  session.add([], 1000);
  session.add([face({label: 'unsure'}), face({id: 2})], 1250);
  assert.equal(session.length, 6);
  assert.deepEqual([3, 4, 5].map(row => session.expression(row)), ['happy', 'no-face', 'unsure']);
  const lines = session.toCsv().split('\r\n');
  assert.equal(lines[0], 'time,faces,expression,angry,happy,sad');
  assert.equal(lines[1], '1970-01-01T00:00:00.000Z,1,happy,0.2,0.6,0.2');
  assert.equal(lines[5], '1970-01-01T00:00:01.000Z,0,no-face,,,');
  const {rows} = JSON.parse(session.toJson());
  assert.deepEqual(rows[5], {time: '1970-01-01T00:00:01.250Z', faces: 2, expression: 'unsure',
    scores: {angry: .2, happy: .6, sad: .2}});
  assert.equal(rows[4].scores, null);
  assert.equal(session.since(1000), 4);
});

test('a long session forgets its oldest part, and its memory ends', () => {
  const session = new Session(LABELS);
  const most = 6 * 3600 * 4;
  for (let row = 0; row <= most; row += 1) session.add(row % 2 ? [face()] : [], row * 250);
  assert.ok(session.length <= most);
  assert.equal(session.at(session.length - 1), most * 250, 'the newest is there');
  assert.deepEqual([session.expression(session.length - 1), session.score(session.length - 1, 1)], ['no-face', 0]);
  assert.ok(session.at(0) > 0, 'the oldest is gone');
});

test('labels that would break a table are quoted', () => {
  const session = new Session(['a,b', '"c"']);
  session.add([face({label: 'a,b', smoothed: [1, 0]})], 0);
  assert.equal(session.toCsv().split('\r\n')[0], 'time,faces,expression,"a,b","""c"""');
});

test('the language is the first of the wanted ones that is there', () => {
  assert.equal(i18n.pickLanguage(['fr-FR', 'de-AT', 'en']), 'de');
  assert.equal(i18n.pickLanguage(['fr']), 'en');
  assert.equal(i18n.pickLanguage([]), 'en');
});

/** The keys of nested messages, and the places such as {n} in each text. */
function shape(messages) {
  if (typeof messages === 'string') return [...messages.matchAll(/\{\w+\}/g)].map(([place]) => place).sort().join();
  return Object.fromEntries(Object.entries(messages).map(([key, value]) => [key, shape(value)]));
}

test('both languages say the same things', () => {
  assert.deepEqual(shape(de), shape(en));
});

test('no text claims to know what somebody feels', () => {
  for (const text of [JSON.stringify(en), JSON.stringify(de)]) {
    assert.doesNotMatch(text, /you feel|you are (happy|sad|angry)|du fühlst|deine Gefühle|emotion/i);
  }
});

test('a pack that is gone gives way to the default', () => {
  const all = {default: 'b', packs: [{id: 'a'}, {id: 'b'}]};
  assert.equal(packs.packOf(all, 'a').id, 'a');
  assert.equal(packs.packOf(all, 'zzz').id, 'b');
  assert.equal(packs.packOf(all, '').id, 'b');
});
