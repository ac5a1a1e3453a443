// Draws a rig on a context that records: reads {rig, cases: [[weights, motion], ...]} from standard input, and prints for
// each case the calls that drawRig made. Run by test_rig_renderers.py.

import { readFileSync } from 'node:fs';

const { loadRig } = await import(new URL('../../web/static/js/scene/rig/load.js', import.meta.url));
const { drawRig } = await import(new URL('../../web/static/js/scene/rig/draw.js', import.meta.url));

const SIDE = 128;

function recorder() {
  const drawn = [];
  let path = [];
  let depth = 0;
  const gradient = () => ({ addColorStop: () => {} });
  const paint = (kind, style, context) =>
    drawn.push({ kind, style: typeof style === 'string' ? style : 'gradient', path: [...path], alpha: context.globalAlpha, width: context.lineWidth });
  const context = {
    globalAlpha: 1,
    save: () => (depth += 1),
    restore: () => (depth -= 1),
    scale: () => {},
    translate: () => {},
    rotate: () => {},
    clip: () => drawn.push({ kind: 'clip', path: [...path] }),
    setLineDash: () => {},
    beginPath: () => (path = []),
    moveTo: (...numbers) => path.push(...numbers),
    bezierCurveTo: (...numbers) => path.push(...numbers),
    closePath: () => {},
    createLinearGradient: gradient,
    createRadialGradient: gradient,
    fill: () => paint('fill', context.fillStyle, context),
    stroke: () => paint('stroke', context.strokeStyle, context),
  };
  return { context, drawn, depth: () => depth };
}

const { rig: file, cases } = JSON.parse(readFileSync(0, 'utf8'));
const rig = loadRig(file);
const results = cases.map(([weights, motion]) => {
  const { context, drawn, depth } = recorder();
  drawRig(context, rig, SIDE, weights, motion);
  if (depth() !== 0) throw new Error('save and restore are not paired');
  return drawn;
});
console.log(JSON.stringify(results));
