// What the server wrote into the page: where the socket is, the labels to begin with, the emoji packs.

/**
 * @param {Document} document
 * @returns {Config}
 */
export function readConfig(document) {
  const text = document.getElementById('config')?.textContent;
  if (!text) throw new Error('the page has no #config: was the template rendered?');
  const config = JSON.parse(text);
  // A server that knows one pack only.
  const single = () => ({ default: 'default', packs: [{ id: 'default', ...config.pack, emojis: config.emojis }] });
  return { ...config, packs: config.packs ?? single() };
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
