// Two small figures for the reader: how old answers are and how many come in a second. Pure.

/** @typedef {{at: number, ms: number}} Sample  When an answer came, and how old its picture was. */

/** Short enough to show a change, long enough that the figures can be read. */
const WINDOW_MS = 2000;

/**
 * @param {readonly Sample[]} samples
 * @param {number} now
 * @param {number} ms
 * @returns {readonly Sample[]} those of the last two seconds
 */
export function addSample(samples, now, ms) {
  return [...samples.filter((sample) => now - sample.at < WINDOW_MS), { at: now, ms }];
}

/**
 * @param {readonly Sample[]} samples  oldest first
 * @param {import('./adapt.js').Cause|null} reducedBy  why less is sent than the server allows; null when it is not
 * @returns {import('./state.js').Readout|null} null before there are two answers to compare
 */
export function readoutOf(samples, reducedBy) {
  if (samples.length < 2) return null;
  const total = samples.reduce((sum, sample) => sum + sample.ms, 0);
  const span = samples[samples.length - 1].at - samples[0].at;
  const fps = Math.round(((samples.length - 1) * 1000) / Math.max(1, span));
  return { ms: Math.round(total / samples.length), fps, reducedBy };
}
