// The transition between two emojis, and when an emoji bursts. Run by test_page_modules.py.

import assert from 'node:assert/strict';
import test from 'node:test';

globalThis.matchMedia = () => ({matches: false});
const folder = new URL('../../web/static/js/scene/', import.meta.url);
const {burstOf} = await import(new URL('burst.js', folder));
const {enteringAt, leavingAt} = await import(new URL('spring.js', folder));

/** For each answer, whether the emoji bursts. */
function bursts(...answers) {
  let burst = {label: null, isSpent: false};
  return answers.map(([label, share]) => {
    const {isNow, ...next} = burstOf(burst, label, share);
    burst = next;
    return isNow;
  });
}

test('a very clear expression bursts once', () => {
  assert.deepEqual(bursts(['happy', 0.9], ['happy', 0.96], ['happy', 0.99], ['happy', 0.9], ['happy', 0.97]),
    [false, true, false, false, false]);
});

test('it bursts again after it was unclear or another one was shown', () => {
  assert.deepEqual(bursts(['happy', 0.97], ['happy', 0.7], ['happy', 0.97]), [true, false, true]);
  assert.deepEqual(bursts(['happy', 0.97], ['sad', 0.97], ['happy', 0.97]), [true, true, true]);
});

test('a face that is missed for a moment does not burst again', () => {
  assert.deepEqual(bursts(['happy', 0.97], ['happy', null], ['happy', 0.97]), [true, false, false]);
});

test('neither a resting face nor the lack of one bursts', () => {
  assert.deepEqual(bursts(['neutral', 1], ['unsure', 1], ['no-face', 1], [null, 1]), [false, false, false, false]);
});

test('the old and the new emoji overlap, and at the end only the new one is there in its size', () => {
  const shares = Array.from({length: 101}, (_, index) => index / 100);
  assert.ok(shares.some(share => enteringAt(share).opacity > 0.5 && leavingAt(share).opacity > 0.5));
  assert.ok(shares.every(share => enteringAt(share).opacity + leavingAt(share).opacity >= 0.99), 'never an empty place');
  const sizes = shares.map(share => enteringAt(share).scale);
  assert.ok(Math.max(...sizes) > 1.01 && Math.max(...sizes) < 1.1, `swings to ${Math.max(...sizes)}`);
  assert.ok(sizes.slice(1).every((size, index) => Math.abs(size - sizes[index]) < 0.03), 'without a jump');
  assert.deepEqual([enteringAt(1), leavingAt(1).opacity], [{scale: 1, opacity: 1}, 0]);
});
