// Statistics of the last two seconds: one line for the toolbar, one figure per stage for the timing panel. Pure.

/** Short enough to show a change, long enough to read. */
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
 * @returns {Readout|null} null with fewer than two samples
 */
export function readoutOf(samples, reducedBy) {
  if (samples.length < 2) return null;
  return { ms: Math.round(mean(samples, ({ ms }) => ms)), fps: Math.round(perSecond(samples)), reducedBy };
}

/**
 * @param {readonly Sample[]} samples  oldest first
 * @param {{dropped: number, drawMs: number}} others  dropped frames since the start; time to draw the page
 * @returns {TimingFigures|null} null with fewer than two samples
 */
export function timingOf(samples, { dropped, drawMs }) {
  if (samples.length < 2) return null;
  const age = mean(samples, ({ ms }) => ms);
  const capture = mean(samples, ({ captureMs }) => captureMs);
  const server = mean(samples, ({ timing }) => timing.total ?? 0);
  const stages = Object.keys(samples[samples.length - 1].timing).filter((stage) => stage !== 'total');
  return {
    fps: perSecond(samples),
    age,
    capture,
    network: Math.max(0, age - capture - server),
    stages: Object.fromEntries(stages.map((stage) => [stage, mean(samples, ({ timing }) => timing[stage] ?? 0)])),
    draw: drawMs,
    dropped,
    sent: (mean(samples, ({ bytes }) => bytes) * perSecond(samples)) / 1000,
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
