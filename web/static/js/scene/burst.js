// Strokes that fly out around the main emoji when an expression is very clear. Only transform and opacity change, so the
// page is not painted again.

import { make, reducedMotion } from '../dom.js';

/** Scores above the first are very clear; below the second the next one may burst again. */
const CLEAR = 0.95;
const UNCLEAR = 0.8;

const BURST_MS = 560;
const STROKES = 16;

/** Strokes that would fly downwards are left out: the name of the expression may be there. */
const LEFT_OUT = new Set([7, 8]);

/** Labels that are no expression, and the resting face, which is nothing to celebrate. */
const QUIET = new Set(['no-face', 'unsure', 'neutral']);

/**
 * Whether the emoji bursts now. Pure.
 * @param {{label: string|null, isSpent: boolean}} burst  of the last call
 * @param {string|null} label  shown now
 * @param {number|null} share  of that label, 0 to 1; null while its face is missing for a moment
 * @returns {{label: string|null, isSpent: boolean, isNow: boolean}} isSpent: this label has burst
 */
export function burstOf(burst, label, share) {
  if (share === null && label === burst.label) return { ...burst, isNow: false };
  const isSpent = burst.isSpent && burst.label === label && (share ?? 0) >= UNCLEAR;
  const isNow = !isSpent && label !== null && !QUIET.has(label) && (share ?? 0) > CLEAR;
  return { label, isSpent: isSpent || isNow, isNow };
}

/**
 * Draws one burst around an element and removes it. None under reduced motion.
 * @param {HTMLElement} host
 */
export function drawBurst(host) {
  // Without a parent it is hidden, or sits on the drawer of a phone.
  if (reducedMotion.matches || !host.offsetParent) return;
  const burst = make('span', 'burst');
  const side = host.offsetWidth;
  burst.ariaHidden = 'true';
  burst.style.left = `${host.offsetLeft + side / 2}px`;
  burst.style.top = `${host.offsetTop + host.offsetHeight / 2}px`;
  const strokes = Array.from({ length: STROKES }, (_, index) => index)
    .filter((index) => !LEFT_OUT.has(index)).map((index) => strokeOf(index, side));
  burst.append(...strokes.map(({ stroke }) => stroke));
  host.after(burst);
  const animations = strokes.map(({ stroke, keyframes }) => stroke.animate(keyframes, {
    duration: BURST_MS, easing: 'cubic-bezier(0.15, 0.7, 0.3, 1)', fill: 'both',
  }));
  void Promise.allSettled(animations.map(({ finished }) => finished)).then(() => burst.remove());
}

/**
 * @param {number} index
 * @param {number} side  of the emoji, pixels
 */
function strokeOf(index, side) {
  const stroke = make('i', 'burst-stroke');
  const isLong = index % 2 === 0;
  const at = (/** @type {number} */ radius, /** @type {number} */ length) => `rotate(${(index + 0.5) / STROKES}turn) `
    + `translateY(${(-radius * side).toFixed(1)}px) scaleY(${(length * side).toFixed(3)})`;
  const far = isLong ? 0.61 : 0.56;
  return {
    stroke,
    keyframes: [
      { transform: at(0.42, 0), opacity: 1 },
      { transform: at((0.42 + far) / 2, isLong ? 0.1 : 0.06), opacity: 1, offset: 0.45 },
      { transform: at(far, 0.01), opacity: 0 },
    ],
  };
}
