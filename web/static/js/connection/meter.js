// The figures of the last two seconds: for one line under the picture, and stage by stage for under the hood. Pure.

/** Short enough to show a change, long enough that the figures can be read. */
const WINDOW_MS = 2000;

/**
 * @param {readonly Sample[]} samples
 * @param {Sample} sample  the newest
 * @returns {readonly Sample[]} those of the last two seconds
 */
export function addSample(samples, sample) {
  return [...samples.filter(({ at }) => sample.at - at < WINDOW_MS), sample];
}

/**
 * @param {readonly Sample[]} samples  oldest first
 * @param {Cause|null} reducedBy  why less is sent than the server allows; null when it is not
 * @returns {Readout|null} null before there are two answers to compare
 */
export function readoutOf(samples, reducedBy) {
  if (samples.length < 2) return null;
  return { ms: Math.round(mean(samples, ({ ms }) => ms)), fps: Math.round(perSecond(samples)), reducedBy };
}

/**
 * @param {readonly Sample[]} samples  oldest first
 * @param {{dropped: number, drawMs: number}} others  frames since the start; a drawing of the page
 * @returns {HoodFigures|null} milliseconds, but for `fps`, `dropped` and `bytes` (kB a second)
 */
export function hoodOf(samples, { dropped, drawMs }) {
  if (samples.length < 2) return null;
  const stage = (/** @type {string} */ name) => mean(samples, ({ server }) => server[name] ?? 0);
  const age = mean(samples, ({ ms }) => ms);
  const capture = mean(samples, ({ captureMs }) => captureMs);
  return {
    fps: perSecond(samples),
    age,
    capture,
    network: Math.max(0, age - capture - stage('total')),
    queue: stage('queue'),
    decode: stage('decode'),
    detect: stage('detect'),
    classify: stage('classify') + stage('track'),
    draw: drawMs,
    dropped,
    bytes: (mean(samples, ({ bytes }) => bytes) * perSecond(samples)) / 1000,
  };
}

/** @param {readonly Sample[]} samples  at least two */
function perSecond(samples) {
  return ((samples.length - 1) * 1000) / Math.max(1, samples[samples.length - 1].at - samples[0].at);
}

/**
 * @param {readonly Sample[]} samples
 * @param {(sample: Sample) => number} figure
 */
function mean(samples, figure) {
  return samples.reduce((sum, sample) => sum + figure(sample), 0) / samples.length;
}
