// The rules of the mirror game: points, players, which expression is asked for, and the course of a game. Run by
// test_page_modules.py.

import assert from 'node:assert/strict';
import test from 'node:test';

const folder = new URL('../../web/static/js/game/', import.meta.url);
const load = name => import(new URL(name, folder));
const {heightOf, pointsOf, ROUND_MS, verdictOf} = await load('points.js');
const {followPlayers, playersOf} = await load('players.js');
const {nextLabel} = await load('labels.js');
const {advance, READY_MS, RESULT_MS, ROUNDS, startMatch, winnerOf} = await load('match.js');
const {loadBest, saveBest} = await load('best-score.js');

const LABELS = ['angry', 'happy', 'neutral', 'sad'];
const STEP = 50;

/** A face that shows one label to this degree, and neutral for the rest. */
function face(id, x, label = 'neutral', score = 1) {
  return {id, x, smoothed: LABELS.map(each => (each === label ? score : each === 'neutral' ? 1 - score : 0))};
}

/** Advances until the condition holds; `facesOf` tells the faces of a match. */
function until(match, condition, facesOf, random = () => 0) {
  for (let steps = 0; !condition(match); steps += 1) {
    assert.ok(steps < 10_000, 'the game does not get there');
    match = advance(match, {elapsed: STEP, faces: facesOf(match), age: 0}, random);
  }
  return match;
}

const inPhase = phase => match => match.phase === phase;
const idle = count => () => [face(1, 0.3), face(2, 0.7)].slice(0, count);
const begin = (count = 1) => startMatch(LABELS, playersOf(idle(count)(), count));
/** Makes what is asked for after some time, and rests otherwise. */
const maker = (delay, score = 0.9) => match =>
  [face(1, 0.3, match.phase === 'show' && match.elapsed >= delay ? match.label : 'neutral', score)];

test('sooner and clearer bring more points', () => {
  assert.equal(pointsOf(1, 500), 100);
  assert.equal(pointsOf(1, ROUND_MS), 40);
  assert.ok(pointsOf(1, 2000) > pointsOf(1, 3000));
  assert.ok(pointsOf(1, 2000) > pointsOf(0.6, 2000));
  assert.equal(heightOf(0.1), 0);
  assert.equal(heightOf(0.95), 1);
  assert.deepEqual([100, 80, 50, 20, 0].map(verdictOf), ['perfect', 'great', 'good', 'close', 'missed']);
});

test('an expression is asked for that nobody shows, and never the same twice in a row', () => {
  const shown = label => (label === 'neutral' ? 0.9 : 0);
  for (const random of [0, 0.5, 0.999]) {
    const {label, bag} = nextLabel(LABELS, 'happy', shown, LABELS, () => random);
    assert.ok(['angry', 'sad'].includes(label));
    assert.ok(!bag.includes(label));
  }
  assert.equal(nextLabel(['neutral'], 'happy', shown, LABELS, () => 0).label, 'angry', 'what is due is shown already');
  assert.equal(nextLabel(LABELS, 'angry', label => 0.4 + LABELS.indexOf(label) / 10, LABELS, () => 0).label, 'happy');
});

test('all labels take their turn', () => {
  let bag = LABELS, last = null;
  const asked = LABELS.map(() => {
    ({label: last, bag} = nextLabel(bag, last, () => 0, LABELS, () => 0.4));
    return last;
  });
  assert.deepEqual([...asked].sort(), LABELS);
});

test('players keep their faces by id, also when they change places', () => {
  let players = playersOf([face(8, 0.8), face(5, 0.2)], 2);
  assert.deepEqual(players.map(({face: {id}}) => id), [5, 8]);
  players = followPlayers(players, [face(8, 0.1), face(5, 0.9)], STEP);
  assert.deepEqual(players.map(({face: {id}}) => id), [5, 8]);
});

test('a face that comes back with another id is the player who stood there', () => {
  let players = playersOf([face(1, 0.2), face(2, 0.8)], 2);
  players = followPlayers(players, [face(1, 0.2)], STEP);
  assert.deepEqual(players.map(({missingMs}) => missingMs), [0, STEP]);
  players = followPlayers(players, [face(9, 0.75), face(1, 0.2)], STEP);
  assert.deepEqual(players.map(({face: {id}, missingMs}) => [id, missingMs]), [[1, 0], [9, 0]]);
  players = followPlayers(players, [], STEP);
  players = followPlayers(players, [face(12, 0.7), face(11, 0.25)], STEP);
  assert.deepEqual(players.map(({face: {id}}) => id), [11, 12]);
});

test('a bystander takes nobody’s place', () => {
  const players = followPlayers(playersOf([face(1, 0.2), face(2, 0.8)], 2), [face(3, 0.5), face(1, 0.2), face(2, 0.8)], STEP);
  assert.deepEqual(players.map(({face: {id}}) => id), [1, 2]);
});

test('a game has ten rounds, and what was shown before a round wins nothing', () => {
  const over = until(begin(), inPhase('over'), maker(800));
  assert.equal(over.rounds.length, ROUNDS);
  assert.equal(over.totals[0], over.rounds.reduce((sum, {points: [each]}) => sum + each, 0));
  assert.ok(over.totals[0] > 900);
  over.rounds.forEach(({label}, index) => assert.notEqual(label, over.rounds[index - 1]?.label));
  assert.ok(over.rounds.every(({label}) => label !== 'neutral'), 'a resting player is not asked to rest');
  assert.equal(until(begin(), inPhase('over'), idle(1)).totals[0], 0, 'who only rests has no points');
});

test('who keeps the last expression is asked to be neutral at some time', () => {
  const keeper = match => [face(1, 0.3, match.label ?? 'happy', 0.9)];
  const over = until(begin(), inPhase('over'), keeper, Math.random);
  assert.ok(over.rounds.some(({label}) => label === 'neutral'));
});

test('a picture from before the expression was asked for does not count', () => {
  const shown = until(begin(), inPhase('show'), idle(1));
  const faces = [face(1, 0.3, shown.label, 0.9)];
  assert.equal(advance(shown, {elapsed: STEP, faces, age: 2 * STEP}, () => 0).tries[0].points, 0);
  assert.equal(advance(shown, {elapsed: STEP, faces, age: 0}, () => 0).tries[0].points, 100);
});

test('a round ends soon after the expression was made, and late if it was not', () => {
  const shown = until(begin(), inPhase('show'), idle(1));
  const slow = until(shown, inPhase('result'), maker(1000, 0.7));
  assert.equal(slow.rounds[0].winner, null);
  assert.ok(slow.rounds[0].points[0] > 60 && slow.rounds[0].points[0] < 90);
  assert.equal(until(shown, inPhase('result'), idle(1)).rounds[0].points[0], 0);
});

test('without a face the game waits, and the round begins again', () => {
  const shown = until(begin(), inPhase('show'), idle(1));
  const brief = advance(shown, {elapsed: 300, faces: [], age: 0}, () => 0);
  assert.equal(brief.isPaused, false, 'a face may be missed for a moment');
  const paused = until(brief, ({isPaused}) => isPaused, () => []);
  assert.equal(advance(paused, {elapsed: 60_000, faces: [], age: 0}, () => 0).round, 0);
  const back = until(paused, ({isPaused}) => !isPaused, () => [face(7, 0.6)]);
  assert.deepEqual([back.phase, back.elapsed, back.round], ['ready', 0, 0]);
  assert.ok(READY_MS > 1000 && RESULT_MS > 1000);
});

test('of two players the sooner wins the round and the bonus', () => {
  const shown = until(begin(2), inPhase('show'), idle(2));
  const race = match => [
    face(1, 0.3, match.elapsed >= 1500 ? match.label : 'neutral', 0.9),
    face(2, 0.7, match.elapsed >= 1000 ? match.label : 'neutral', 0.9),
  ];
  const {rounds: [{winner, points}], totals} = until(shown, inPhase('result'), race);
  assert.equal(winner, 1);
  assert.deepEqual(totals, points);
  assert.ok(points[0] > 80 && points[1] > points[0] + 20);
  const equal = match => [face(1, 0.3, match.label, 0.9), face(2, 0.7, match.label, 0.9)];
  const tie = until(shown, inPhase('result'), equal);
  assert.deepEqual([tie.rounds[0].winner, winnerOf(tie)], [null, null]);
});

test('a game of two waits for the one who is missing', () => {
  const shown = until(begin(2), inPhase('show'), idle(2));
  const paused = until(shown, ({isPaused}) => isPaused, () => [face(2, 0.7)]);
  assert.deepEqual(paused.players.map(({missingMs}) => missingMs > 0), [true, false]);
});

test('the best score is kept, and nonsense in the store counts as none', () => {
  const kept = {};
  const store = {getItem: key => kept[key] ?? null, setItem: (key, value) => (kept[key] = value)};
  assert.equal(loadBest(store), 0);
  saveBest(store, 712);
  assert.equal(loadBest(store), 712);
  for (const value of ['nonsense', '{"best":"9"}', '{"best":-3}', 'null']) {
    assert.equal(loadBest({getItem: () => value}), 0);
  }
});
