// Keeps what was taught in this browser: IndexedDB, since pictures of one's own are too large for localStorage.
// Where storage is blocked (a private window), it lasts until the page is closed.

import { checkedStored } from './faces-file.js';

const DATABASE = 'emojify';
const STORE = 'faces';
const KEY = 'expressions';

/** Says to the other tabs of this browser that something was stored. */
const CHANNEL = 'emojify.faces';

export class FacesStore {
  /** @type {Promise<IDBDatabase>|null} */
  #opening = null;
  #channel = 'BroadcastChannel' in globalThis ? new BroadcastChannel(CHANNEL) : null;

  /** @param {() => void} onChange  called when another tab has stored something */
  watch(onChange) {
    this.#channel?.addEventListener('message', onChange);
  }

  /** @returns {Promise<readonly TaughtExpression[]>} none where nothing is stored or storage is blocked */
  async load() {
    try {
      return checkedStored(await this.#ask('readonly', (store) => store.get(KEY)));
    } catch {
      return [];
    }
  }

  /**
   * @param {readonly TaughtExpression[]} expressions
   * @returns {Promise<boolean>} whether they are stored
   */
  async save(expressions) {
    try {
      await this.#ask('readwrite', (store) => (expressions.length ? store.put(expressions, KEY) : store.delete(KEY)));
      this.#channel?.postMessage('stored');
      return true;
    } catch {
      return false;
    }
  }

  /**
   * @param {IDBTransactionMode} mode
   * @param {(store: IDBObjectStore) => IDBRequest} ask
   * @returns {Promise<unknown>}
   */
  async #ask(mode, ask) {
    this.#opening ??= open();
    const database = await this.#opening;
    return new Promise((resolve, reject) => {
      const transaction = database.transaction(STORE, mode);
      const request = ask(transaction.objectStore(STORE));
      transaction.addEventListener('complete', () => resolve(request.result));
      transaction.addEventListener('abort', () => reject(transaction.error));
    });
  }
}

/** @returns {Promise<IDBDatabase>} */
function open() {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(DATABASE, 1);
    request.addEventListener('upgradeneeded', () => request.result.createObjectStore(STORE));
    request.addEventListener('success', () => resolve(request.result));
    request.addEventListener('error', () => reject(request.error));
    request.addEventListener('blocked', () => reject(new Error('the database is in use')));
  });
}
