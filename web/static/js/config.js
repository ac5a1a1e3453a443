// What the server wrote into the page: where the socket is, the labels to begin with, the pictures of the pack.

/**
 * @typedef {object} Config
 * @property {string} socket  path of the WebSocket
 * @property {readonly string[]} labels
 * @property {Readonly<Record<string, string>>} emojis  address of the picture of a label, `no-face`, `unsure`
 */

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
