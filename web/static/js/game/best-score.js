// The best score of a player alone, kept in the browser.

const KEY = 'emojify.game';

/**
 * @param {Store} store
 * @returns {number} 0 before the first game
 */
export function loadBest(store) {
  try {
    const { best } = JSON.parse(store.getItem(KEY) ?? '{}');
    return Number.isInteger(best) && best > 0 ? best : 0;
  } catch {
    return 0;
  }
}

/**
 * Without storage (a private window) it lasts as long as the game is open.
 * @param {Store} store
 * @param {number} best
 */
export function saveBest(store, best) {
  try {
    store.setItem(KEY, JSON.stringify({ best }));
  } catch {
    // Storage is full or blocked.
  }
}
