// Confetti for a new best score, and for the winner of two. Only transform and opacity change. None under reduced motion.

import { make, reducedMotion } from '../dom.js';

const PIECES = 70;
const FALL_MS = 2600;
const COLOURS = ['#ffd84d', '#f0a3c6', '#35b6ff', '#8be04e', '#b79bff', '#ff8f1f'];

/** @param {HTMLElement} host  that the confetti falls over */
export function throwConfetti(host) {
  if (reducedMotion.matches) return;
  const layer = make('div', 'game-confetti');
  layer.ariaHidden = 'true';
  const pieces = Array.from({ length: PIECES }, (_, index) => {
    const piece = make('i', 'game-confetto');
    piece.style.background = COLOURS[index % COLOURS.length];
    piece.style.left = `${100 * Math.random()}%`;
    layer.append(piece);
    return piece;
  });
  host.append(layer);
  const falls = pieces.map((piece) => {
    const [drift, turns] = [20 * (Math.random() - 0.5), 2 * Math.random() - 1];
    return piece.animate([
      { transform: 'translateY(-6vh) rotate(0)', opacity: 1 },
      { opacity: 1, offset: 0.8 },
      { transform: `translate(${drift}vw, 106vh) rotate(${3 * turns}turn)`, opacity: 0 },
    ], { duration: FALL_MS * (0.7 + 0.6 * Math.random()), delay: 500 * Math.random(), fill: 'both', easing: 'ease-in' });
  });
  void Promise.allSettled(falls.map(({ finished }) => finished)).then(() => layer.remove());
}
