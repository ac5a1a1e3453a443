// Notes for three seconds what the main emoji shows, and has a sticker made of it (sticker/make-sticker.js). No picture of the
// camera is in it.

/** Long enough for a wink or a laugh, short enough for a chat. */
export const STICKER_MS = 3000;

/**
 * @param {PageView} view
 * @param {() => boolean} isWanted  false ends it without a sticker
 * @returns {Promise<readonly StickerRecord[]|null>} null if it was ended
 */
export function recordEmoji(view, isWanted) {
  /** @type {StickerRecord[]} */
  const records = [];
  const start = performance.now();
  return new Promise((resolve) => {
    const note = () => {
      const ms = performance.now() - start;
      if (!isWanted()) return resolve(null);
      if (ms >= STICKER_MS) return resolve(records);
      records.push({ ms: records.length === 0 ? 0 : ms, label: view.state.expression ?? 'no-face', look: view.living.main });
      requestAnimationFrame(note);
    };
    note();
  });
}

/** @returns {Promise<typeof import('./sticker/make-sticker.js')>} all modules of the sticker, joined by the server */
export function loadStickerMaker() {
  return import(new URL('../sticker.js', import.meta.url).href);
}
