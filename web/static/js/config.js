// The configuration that the server writes into the page.

/**
 * @param {Document} document
 * @returns {Config}
 */
export function readConfig(document) {
  const text = document.getElementById('config')?.textContent;
  if (!text) throw new Error('the page has no #config: was the template rendered?');
  return JSON.parse(text);
}

/**
 * @param {string} path
 * @param {Location} location
 */
export function socketUrl(path, location) {
  const url = new URL(path, location.href);
  url.protocol = location.protocol === 'https:' ? 'wss:' : 'ws:';
  return url.href;
}

/**
 * Whether a server runs on the device that the page runs on.
 * @param {string} url
 */
export function isLocal(url) {
  return /^(.+\.)?localhost$|^127\.|^\[::1\]$/.test(new URL(url).hostname);
}
