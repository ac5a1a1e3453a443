// Teaching: the guided round, the file with what was taught, own expressions, the drawing. Run by test_page_modules.py.

import assert from 'node:assert/strict';
import test from 'node:test';

const load = name => import(new URL(`../../web/static/js/teaching/${name}`, import.meta.url));
const round = await load('round.js');
const {stepOf} = await load('round-step.js');
const file = await load('faces-file.js');
const taught = await load('taught.js');
const {pointsOf} = await load('example.js');
const {facePath} = await load('face-lines.js');

const target = label => ({label, name: label, emoji: null});
const TARGETS = ['neutral', 'happy', 'sad'].map(target);
const FINE = {example: 'AAAA', reason: null, closest: null};

/** The round after its waiting times have passed, until it waits for an answer or the user. */
function passed(state, now) {
  for (let due = round.dueAt(state); due !== null && state.phase !== 'holding'; due = round.dueAt(state)) {
    now = due;
    state = round.advance(state, now);
  }
  return [state, now];
}

test('a round asks for neutral first', () => {
  assert.deepEqual(round.inOrder(['angry', 'neutral', 'wink']), ['neutral', 'angry', 'wink']);
  assert.deepEqual(round.inOrder(['angry']), ['angry']);
});

test('seven faces take less than thirty seconds', () => {
  let now = 0;
  let state = round.startRound('abcdefg'.split('').map(target), now);
  for (let step = 0; step < 7; step += 1) {
    [state, now] = passed(state, now);
    assert.equal(state.phase, 'holding');
    now += state.holdMs + 100;
    state = round.answered(state, FINE, now);
    assert.deepEqual([state.phase, state.example], ['felt', 'AAAA']);
  }
  [state, now] = passed(state, now);
  assert.equal(state.phase, 'done');
  assert.equal(round.taughtIn(state).length, 7);
  assert.ok(now < 30_000, `${now} ms`);
});

test('nothing happens before its time', () => {
  const state = round.startRound(TARGETS, 0);
  assert.equal(round.advance(state, round.dueAt(state) - 1), state);
});

test('a refusal is asked for again by itself, and after three of them the round waits', () => {
  let [state, now] = passed(round.startRound(TARGETS, 0), 0);
  for (const reason of ['several', 'turned', 'moved']) {
    assert.equal(state.phase, 'holding');
    state = round.answered(state, {example: null, reason, closest: null}, now);
    assert.deepEqual([state.phase, state.reason, state.index], ['refused', reason, 0]);
    [state, now] = passed(state, now);
  }
  assert.equal(state.phase, 'refused');
  assert.equal(round.dueAt(state), null, 'the user decides');
  assert.equal(round.again(state, now).phase, 'ready');
});

test('an answer that does not come is a refusal', () => {
  const [state] = passed(round.startRound(TARGETS, 0), 0);
  const late = round.advance(state, round.dueAt(state));
  assert.deepEqual([late.phase, late.reason], ['refused', 'no_answer']);
});

test('an example like one of another label is kept only if the user says so', () => {
  const [state, now] = passed(round.startRound(TARGETS, 0), 0);
  const like = (label, share) => round.answered(state, {...FINE, closest: {label, share}}, now);
  assert.equal(like('neutral', 1).phase, 'felt', 'its own label');
  assert.equal(like('happy', .7).phase, 'felt', 'a little like it');
  const asked = like('happy', .95);
  assert.deepEqual([asked.phase, asked.alike, round.dueAt(asked), round.taughtIn(asked).length], ['alike', 'happy', null, 0]);
  const kept = round.keep(asked, now);
  assert.deepEqual([kept.phase, kept.example, round.taughtIn(kept).length], ['felt', 'AAAA', 1]);
  assert.deepEqual([round.again(asked, now).phase, round.again(asked, now).index], ['ready', 0]);
});

test('steps can be skipped, and shown again', () => {
  let state = round.skip(round.startRound(TARGETS, 0), 10);
  assert.deepEqual([state.index, state.steps[0].result], [1, 'skipped']);
  state = round.again(state, 20);
  assert.equal(state.index, 0, 'back to the one before');
  state = round.answered({...state, phase: 'holding'}, FINE, 30);
  assert.equal(round.again(state, 40).index, 0, 'the one that was just taught');
  state = round.advance(state, round.dueAt(state));
  assert.equal(stepOf(state).label, 'happy');
  state = round.skip(round.skip(state, 50), 60);
  assert.deepEqual([state.phase, round.taughtIn(state).length], ['done', 1]);
  assert.equal(stepOf(round.again(state, 70)).label, 'sad', 'the last one');
});

test('the ring is empty until the face is to be held', () => {
  const state = round.startRound(TARGETS, 100);
  const ring = round.ringOf(state);
  assert.deepEqual([ring.since, ring.ms], [round.dueAt(state), state.holdMs]);
  assert.equal(round.ringOf({...state, phase: 'felt'}), null);
  assert.equal(round.ringOf(null), null);
});

test('after a hidden tab a step begins anew, and a question stays', () => {
  const [state] = passed(round.startRound(TARGETS, 0), 0);
  assert.deepEqual([round.restart(state, 9000).phase, round.restart(state, 9000).index], ['ready', 0]);
  const asked = {...state, phase: 'alike'};
  assert.equal(round.restart(asked, 9000), asked);
});

const LABELS = ['happy', 'neutral'];
const SERVER = {model: 'abc', labels: LABELS};
const EXAMPLE = btoa('\x01\x00\x05\x00');
const PICTURE = 'data:image/png;base64,AAAA';
const expression = changes => ({label: 'wink', name: 'Wink', emoji: PICTURE, examples: [EXAMPLE], model: 'abc', ...changes});

test('a file is read as it was written, without what another model was taught', () => {
  const all = [expression(), expression({label: 'happy', name: 'happy', emoji: null}), expression({label: 'kiss', model: 'old'})];
  assert.deepEqual(file.readFaces(file.facesText(all, 'abc'), SERVER), {expressions: all.slice(0, 2)});
});

test('name and emoji of a file may be missing', () => {
  const text = JSON.stringify({format: 1, model: 'abc', expressions: [{label: 'wink', examples: [EXAMPLE]}]});
  assert.deepEqual(file.readFaces(text, SERVER), {expressions: [expression({name: 'wink', emoji: null})]});
});

test('what is wrong with a file is said, and of which expression', () => {
  const fault = (changes, top = {}) => file.readFaces(
    JSON.stringify({format: 1, model: 'abc', expressions: [{...expression(), ...changes}], ...top}), SERVER).fault;
  assert.equal(file.readFaces('nope', SERVER).fault.kind, 'noJson');
  assert.equal(file.readFaces('null', SERVER).fault.kind, 'noJson');
  assert.equal(fault({}, {format: 2}).kind, 'otherFormat');
  assert.equal(fault({}, {expressions: {}}).kind, 'otherFormat');
  assert.equal(fault({}, {model: 'old'}).kind, 'otherModel');
  assert.equal(fault({}, {expressions: []}).kind, 'empty');
  assert.deepEqual(fault({}, {expressions: [expression(), expression()]}), {kind: 'twice', label: 'wink'});
  assert.equal(fault({}, {expressions: Array.from({length: 21}, (_, n) => expression({label: `own ${n}`}))}).kind, 'tooMany');
  for (const label of ['', ' wink', 'unsure', 'no-face', 'a\nb', 'x'.repeat(41), 7]) {
    assert.equal(fault({label}).kind, 'name', JSON.stringify(label));
  }
  const pictures = ['https://example.org/x.png', 'data:image/svg+xml;base64,AAAA', `data:image/png;base64,${'A'.repeat(400_000)}`, 7];
  for (const emoji of pictures) assert.deepEqual(fault({emoji}), {kind: 'picture', label: 'wink'}, String(emoji).slice(0, 30));
  for (const examples of [[], 'x', ['%'], [btoa('odd')], Array(6).fill(EXAMPLE), ['A'.repeat(5000)]]) {
    assert.equal(fault({examples}).kind, 'examples', JSON.stringify(examples).slice(0, 30));
  }
  assert.equal(fault({emoji: 'happy'}), undefined, 'the emoji of a label');
});

test('names may be of any script and have an emoji, and are no longer than forty characters', () => {
  for (const name of ['Wink', 'zwei Wörter', 'ウインク', '😜', 'x'.repeat(40), '😜'.repeat(40)]) assert.ok(file.isName(name), name);
});

test('of what the browser stored, damaged expressions are left out', () => {
  assert.deepEqual(file.checkedStored([expression(), expression({examples: []}), null, expression({model: 7})]), [expression()]);
  assert.deepEqual(file.checkedStored(undefined), []);
});

test('an example replaces the old ones, or is added up to the limit', () => {
  const how = {model: 'abc', adds: false, most: 3};
  const first = taught.withExample([], target('wink'), 'a', how);
  assert.deepEqual(first.map(({examples}) => examples), [['a']]);
  const second = taught.withExample(first, target('wink'), 'b', {...how, adds: true});
  assert.deepEqual(second[0].examples, ['a', 'b']);
  assert.deepEqual(taught.withExample(second, target('wink'), 'c', how)[0].examples, ['c']);
  assert.deepEqual(taught.withExample(second, target('wink'), 'c', {...how, adds: true, model: 'new'})[0].examples, ['c']);
});

test('own expressions have a picture of their own or that of a label, and its colour', () => {
  const pack = {id: 'p', emojis: {happy: 'happy.svg'}};
  assert.equal(taught.withOwn(pack, [expression({label: 'happy', emoji: null})]), pack);
  const own = [expression(), expression({label: 'grin', emoji: 'happy'}), expression({label: 'gone', emoji: 'other'})];
  assert.deepEqual(taught.withOwn(pack, own).emojis, {happy: 'happy.svg', wink: PICTURE, grin: 'happy.svg'});
  assert.equal(taught.hueOf('grin', own), 'happy');
  assert.equal(taught.hueOf('sad', own), 'sad');
});

/** An example with points at these places, and otherwise at the origin. */
function exampleOf(places, parts = 3, features = 2) {
  const bytes = new DataView(new ArrayBuffer(2 + 2 * features + 4 * 468));
  bytes.setInt16(0, parts, true);
  for (const [index, [x, y]] of Object.entries(places)) {
    bytes.setInt16(2 + 2 * features + 4 * index, x * 4096, true);
    bytes.setInt16(2 + 2 * features + 4 * index + 2, y * 4096, true);
  }
  return btoa(String.fromCharCode(...new Uint8Array(bytes.buffer)));
}

test('the points are the last bytes of an example, whatever the number of features', () => {
  for (const features of [0, 2, 192]) {
    const points = pointsOf(exampleOf({0: [1.5, -0.25], 467: [-2, 3]}, 3, features));
    assert.deepEqual([points.length, points[0], points[467]], [468, [1.5, -0.25], [-2, 3]]);
  }
  assert.equal(pointsOf(exampleOf({}, 1)), null, 'features alone');
  assert.equal(pointsOf('AAAA'), null);
  assert.equal(pointsOf('%'), null);
});

test('the drawing lies in its square, and is mirrored as a mirror does', () => {
  // The lowest point of the chin, the top of the forehead, and the corner of an eye.
  const points = pointsOf(exampleOf({152: [0, 2], 10: [0, -2], 33: [-1, 0]}));
  const numbers = path => path.match(/[\d.]+/g).map(Number);
  const straight = facePath(points, 100, false);
  assert.ok(numbers(straight).every(each => each >= 0 && each <= 100));
  assert.notEqual(straight, facePath(points, 100, true));
  const [x, y] = numbers(straight.slice(straight.indexOf('M')));
  assert.ok(Math.abs(y - 6) < .1 && x > 50, `the top: ${x} ${y}`);
});

test('an own expression has its name, and without one its label', async () => {
  const phrases = await import(new URL('../../web/static/js/text/phrases.js', import.meta.url));
  phrases.useNames([{label: 'wink', name: 'My wink'}, {label: 'kiss', name: 'kiss'}]);
  assert.deepEqual(['wink', 'kiss', 'happy'].map(phrases.nameOf), ['My wink', 'Kiss', 'Happy']);
  phrases.useNames([]);
  assert.equal(phrases.nameOf('wink'), 'Wink');
});

/** A database with one store that keeps one value. */
function fakeDatabase() {
  let kept;
  const later = (whose, name) => queueMicrotask(() => whose.dispatchEvent(new Event(name)));
  const ask = (change = () => {}) => {
    change();
    return {result: kept};
  };
  const store = {get: () => ask(), put: value => ask(() => { kept = value; }), delete: () => ask(() => { kept = undefined; })};
  const transaction = () => {
    const running = Object.assign(new EventTarget(), {objectStore: () => store});
    later(running, 'complete');
    return running;
  };
  return {
    open: () => {
      const request = Object.assign(new EventTarget(), {result: {transaction}});
      later(request, 'success');
      return request;
    },
  };
}

test('what one tab stores, another one hears of and reads', async () => {
  const {FacesStore} = await load('faces-store.js');
  globalThis.indexedDB = fakeDatabase();
  const tabs = new Set();
  globalThis.BroadcastChannel = class extends EventTarget {
    constructor() {
      super();
      tabs.add(this);
    }

    postMessage() {
      for (const tab of tabs) if (tab !== this) tab.dispatchEvent(new Event('message'));
    }
  };
  const [one, other] = [new FacesStore(), new FacesStore()];
  let heard = 0;
  one.watch(() => assert.fail('its own'));
  other.watch(() => { heard += 1; });
  assert.equal(await one.save([{...target('wink'), model: 'm', examples: ['AAAAAAAA']}]), true);
  assert.deepEqual([heard, (await other.load()).map(({label}) => label)], [1, ['wink']]);
  delete globalThis.BroadcastChannel;
});

test('one taught expression is one in both languages', async () => {
  const {taughtText} = await import(new URL('../../web/static/js/text/phrases.js', import.meta.url));
  assert.match(taughtText(1), /taught one expression\./);
  assert.match(taughtText(2), /taught 2 expressions\./);
});

test('a round that cannot begin says why', async () => {
  globalThis.matchMedia = () => new EventTarget();
  const {Teacher} = await load('teacher.js');
  const notices = [];
  const pressed = phase => {
    const state = {phase, round: null, taught: [], modelLabels: ['happy']};
    new Teacher({page: null, state: () => state, notice: text => notices.push(text)}).act('open', '');
  };
  pressed('reconnecting');
  pressed('idle');
  assert.deepEqual(notices, ['The server does not answer', 'Start the camera first.']);
});

test('one more example of a label that is full replaces the last one on the server too', async () => {
  const {Teacher} = await load('teacher.js');
  globalThis.indexedDB = fakeDatabase();
  const sent = [];
  const wink = {...target('wink'), model: 'm', examples: ['AAA1', 'AAA2']};
  const holding = {...round.startRound([target('wink')], 0, {adds: true}), phase: 'holding'};
  const state = {
    phase: 'live', model: 'm', taught: [wink], modelLabels: [], teaching: {labels: 20, examples: 3}, settings: {}, round: holding,
  };
  const teacher = new Teacher({
    page: null, state: () => state, update: patch => Object.assign(state, patch), notice: assert.fail, remember: () => {},
    send: ({type, example}) => sent.push(example ?? type),
  });
  for (const example of ['AAA3', 'AAA4']) {
    state.round = holding;
    teacher.onExample({example, reason: null, closest: null});
  }
  teacher.endRound();
  assert.deepEqual(sent, ['AAA3', 'forget', 'AAA1', 'AAA2', 'AAA4']);
  assert.deepEqual(state.taught[0].examples, ['AAA1', 'AAA2', 'AAA4']);
});
