// When to try the server again: pure decisions, no timers.

/** A restarted server is ready in about a second; asking sooner only finds it closed. */
export const FIRST_MS = 1000;

/** Longer than this and people reload the page instead; shorter and a dead server is hammered by every tab. */
export const LIMIT_MS = 30_000;

/** So much of the wait is added by chance, at most. Added only: cut off at one second, half of all would come at once. */
const JITTER = 0.5;

/** A full server frees a place when somebody leaves, not within a second. */
const FULL_FIRST_ATTEMPT = 2;

/**
 * Doubles from 1 s to 30 s. The jitter keeps the tabs of a restarted server from coming back all at once.
 * @param {number} attempt  failed attempts in a row before this one, from 0
 * @param {number} random  from 0 to 1
 * @returns {number} milliseconds, within the limits
 */
export function delayMs(attempt, random) {
  const least = Math.min(LIMIT_MS / (1 + JITTER), FIRST_MS * 2 ** Math.min(attempt, 10));
  return least * (1 + JITTER * random);
}

/**
 * What a close code means: 1008 is a decision about us and asking again changes nothing; 1013 is a full server; 1000 is
 * one that gave away a place which was not used.
 * @param {number} code
 * @returns {'refused'|'full'|'idle'|'again'}
 */
export function afterClose(code) {
  if (code === 1008) return 'refused';
  if (code === 1000) return 'idle';
  return code === 1013 ? 'full' : 'again';
}

/**
 * The attempt to count from after a connection ended.
 * @param {number} attempt
 * @param {'full'|'again'} why
 */
export function attemptAfter(attempt, why) {
  return why === 'full' ? Math.max(attempt, FULL_FIRST_ATTEMPT) : attempt;
}
