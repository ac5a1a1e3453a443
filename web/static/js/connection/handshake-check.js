// Asks the server over HTTP why its WebSocket does not open: browsers do not tell a script the reason.

/** A server or proxy that takes longer does not explain anything. */
const TIMEOUT_MS = 5000;

/**
 * @param {string} url  of the WebSocket
 * @returns {Promise<ConnectionProblem|null>} null if nothing is known: no answer, or one that explains nothing
 */
export async function askWhy(url) {
  try {
    const response = await fetch(url.replace(/^ws/, 'http'), {
      method: 'POST', cache: 'no-store', signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    return problemOf(response.status, await response.text());
  } catch {
    return null;
  }
}

/**
 * What the answer says.
 * @param {number} status
 * @param {string} text  the body
 * @returns {ConnectionProblem|null}
 */
export function problemOf(status, text) {
  const answer = parsed(text);
  if (status === 200 && answer?.accepts === true) {
    if (answer.not_upgraded) return { cause: 'upgrade', option: '' };
    return { cause: answer.authority ? 'authority' : 'blocked', option: '' };
  }
  if (status === 401 && answer?.code === 'bad_token') return { cause: 'token', option: '' };
  if (status === 403 && (answer?.reason === 'host' || answer?.reason === 'origin')) {
    return { cause: answer.reason, option: String(answer.option ?? '') };
  }
  // Another program answers at this address, or the server knows no such path. A gateway's error (5xx) means that the
  // server is down, and 429 that there were too many requests.
  const isElsewhere = status < 400 || [403, 404, 405, 501].includes(status);
  return isElsewhere ? { cause: 'path', option: '' } : null;
}

/**
 * Whether one answer is enough. The others also occur for a moment while a server restarts.
 * @param {ConnectionProblem} problem
 */
export function isCertain({ cause }) {
  return ['host', 'origin', 'token', 'upgrade'].includes(cause);
}

/**
 * Whether the server itself refuses this page. To try again does not help until it is started in another way.
 * @param {ConnectionProblem} problem
 */
export function isRefusal({ cause }) {
  return ['host', 'origin', 'token'].includes(cause);
}

/**
 * @param {string} text
 * @returns {any} null if it is not JSON
 */
function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
