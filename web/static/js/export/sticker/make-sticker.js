// Makes a sticker: draws its pictures, has them encoded in a worker, and puts them together. Loaded when the first one is made;
// the server joins it and its modules to one file.

import { animatedPng } from './apng.js';
import { framesOf, halved } from './timeline.js';
import { animatedWebp } from './webp.js';
import { enteringAt, leavingAt, SPRING_MS } from '../../scene/spring.js';

/** Chat programs take animated stickers of up to 500 kB. */
export const MAX_BYTES = 500_000;

/**
 * The first of these that is small enough is made: a sticker that moves all the time has 45 pictures of 11 kB. Smaller pictures
 * look better than worse ones.
 */
const PLANS = [
  { side: 512, quality: 0.75 }, { side: 512, quality: 0.5 }, { side: 448, quality: 0.6 }, { side: 400, quality: 0.6 },
  { side: 352, quality: 0.6 }, { side: 320, quality: 0.5 },
];

/** PNG is ten times as large, whatever its quality. */
const PNG_PLAN = { side: 256, quality: 1 };

/** Of so many pictures, evenly spread, the size of all is estimated. */
const SAMPLE = 5;

/** The estimate may be too low by the rest. */
const SAFE = 0.97;

/** The emoji's part of the side; a tilted one reaches beyond its square. */
const EMOJI = 0.76;

/** One leaves a core to the page, which goes on animating. */
const WORKERS = Math.max(1, Math.min(4, navigator.hardwareConcurrency - 1));

/**
 * @param {readonly StickerRecord[]} records
 * @param {number} ms
 * @param {EmojiRenderer} renderer
 * @returns {Promise<{file: Blob, extension: string}>} rejects where the browser cannot encode in a worker
 */
export async function makeSticker(records, ms, renderer) {
  const workers = Array.from({ length: WORKERS }, newWorker);
  try {
    const frames = framesOf(records, ms);
    const encode = (/** @type {readonly StickerFrame[]} */ some, /** @type {StickerPlan} */ plan) =>
      encodeAll(workers, some, plan, renderer);
    const plan = await planFor(frames, encode);
    if (plan) return { file: animatedWebp(await encode(frames, plan), plan.side), extension: 'webp' };
    return { file: animatedPng(await encode(halved(frames), PNG_PLAN), PNG_PLAN.side), extension: 'png' };
  } finally {
    workers.forEach((worker) => worker.terminate());
  }
}

/**
 * @param {readonly StickerFrame[]} frames
 * @param {(some: readonly StickerFrame[], plan: StickerPlan) => Promise<readonly StickerStill[]>} encode
 * @returns {Promise<StickerPlan|null>} null where the browser encodes no WebP
 */
async function planFor(frames, encode) {
  const sample = frames.filter((_, index) => index % Math.ceil(frames.length / SAMPLE) === 0);
  for (const plan of PLANS) {
    // One after the other: the first that will do is taken.
    // oxlint-disable-next-line no-await-in-loop
    const stills = await encode(sample, plan);
    if (stills[0].type !== 'image/webp') return null;
    const bytes = stills.reduce((sum, each) => sum + each.bytes.length, 0);
    if ((bytes / sample.length) * frames.length <= SAFE * MAX_BYTES) return plan;
  }
  return PLANS[PLANS.length - 1];
}

/**
 * @param {readonly Worker[]} workers
 * @param {readonly StickerFrame[]} frames
 * @param {StickerPlan} plan
 * @param {EmojiRenderer} renderer
 * @returns {Promise<readonly StickerStill[]>}
 */
async function encodeAll(workers, frames, { side, quality }, renderer) {
  const canvas = Object.assign(document.createElement('canvas'), { width: side, height: side });
  const context = canvas.getContext('2d');
  if (!context) throw new Error('no canvas');
  /** @type {StickerStill[]} */
  const stills = [];
  let next = 0;
  const run = async (/** @type {Worker} */ worker) => {
    while (next < frames.length) {
      const index = next;
      next += 1;
      drawFrame(context, side, frames[index], renderer);
      // The bitmap is a copy of the canvas as it is now.
      const emoji = createImageBitmap(canvas);
      // A worker has one picture at a time, so that the page keeps its thread.
      // oxlint-disable-next-line no-await-in-loop
      stills[index] = { ...await encoded(worker, await emoji, quality), ms: frames[index].ms };
    }
  };
  await Promise.all(workers.map(run));
  return stills;
}

function newWorker() {
  return new Worker(new URL('./sticker-worker.js', import.meta.url), { type: 'module' });
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {number} side
 * @param {StickerFrame} frame
 * @param {EmojiRenderer} renderer
 */
function drawFrame(context, side, { label, look, old, changeMs }, renderer) {
  context.setTransform(1, 0, 0, 1, side / 2, side / 2);
  context.clearRect(-side / 2, -side / 2, side, side);
  if (renderer.lives(label, look)) return renderer.draw(context, EMOJI * side, label, look);
  const share = changeMs / SPRING_MS;
  const [entering, leaving] = [enteringAt(share), leavingAt(share)];
  context.globalAlpha = leaving.opacity;
  if (old !== null && leaving.opacity > 0) renderer.draw(context, EMOJI * side * leaving.scale, old, look);
  context.globalAlpha = entering.opacity;
  renderer.draw(context, EMOJI * side * entering.scale, label, look);
  context.globalAlpha = 1;
}

/**
 * @param {Worker} worker
 * @param {ImageBitmap} emoji
 * @param {number} quality
 * @returns {Promise<{bytes: Uint8Array, type: string}>}
 */
function encoded(worker, emoji, quality) {
  return new Promise((resolve, reject) => {
    const failed = () => reject(new Error('a picture could not be encoded'));
    worker.addEventListener('message', ({ data }) => (data ? resolve(data) : failed()), { once: true });
    worker.addEventListener('error', failed, { once: true });
    worker.postMessage({ emoji, quality }, [emoji]);
  });
}
