// When to reconnect. Pure: no timers.

/** A restarted server is ready after about 1 s. */
export const FIRST_MS = 1000;

/** Longer: people reload the page instead. Shorter: every tab keeps loading a server that is down. */
export const LIMIT_MS = 30_000;

/** Up to this fraction of the delay is added at random; not subtracted, since clipping at 1 s would bunch clients. */
const JITTER = 0.5;

/** A full server has room when a client leaves, rarely within 1 s: start with a longer delay. */
const FULL_FIRST_ATTEMPT = 2;

/**
 * Exponential backoff from 1 s to 30 s with jitter, so that clients do not all reconnect to a restarted server at once.
 * @param {number} attempt  failed attempts in a row before this one, from 0
 * @param {number} random  0 to 1
 * @returns {number} milliseconds, FIRST_MS to LIMIT_MS
 */
export function delayMs(attempt, random) {
  const minimum = Math.min(LIMIT_MS / (1 + JITTER), FIRST_MS * 2 ** Math.min(attempt, 10));
  return minimum * (1 + JITTER * random);
}

/**
 * What a close code means: 1008 is a refusal (a retry would be refused too), 1013 a full server, 1000 an idle connection;
 * all others mean to reconnect.
 * @param {number} code
 * @returns {'refused'|'full'|'idle'|'again'}
 */
export function afterClose(code) {
  if (code === 1008) return 'refused';
  if (code === 1000) return 'idle';
  return code === 1013 ? 'full' : 'again';
}

/**
 * The attempt to count from after a connection closed.
 * @param {number} attempt
 * @param {'full'|'again'} why
 */
export function attemptAfter(attempt, why) {
  return why === 'full' ? Math.max(attempt, FULL_FIRST_ATTEMPT) : attempt;
}
