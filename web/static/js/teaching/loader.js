// The page's side of the teaching: loads teacher.js when something was taught before or the user begins, and passes on
// what happens. Whoever teaches nothing loads nothing.

import { loadSheet } from '../dom.js';
import { t } from '../text/i18n.js';

const SCRIPT = new URL('../teaching.js', import.meta.url).href;
const SHEET = new URL('../../css/teaching.css', import.meta.url).href;

/** In localStorage while something is taught; the rest is in IndexedDB. */
const KEY = 'emojify-taught';

export class TeachingLoader {
  #host;
  #store;
  /** @type {Promise<Teacher|null>|null} null while it was not tried */
  #loading = null;
  /** @type {Teacher|null} */
  #teacher = null;

  /**
   * @param {Omit<TeacherHost, 'remember'>} host
   * @param {Store} store
   */
  constructor(host, store) {
    this.#host = host;
    this.#store = store;
    if (this.#wasTaught()) void this.#load();
  }

  /** @param {State} state */
  render(state) {
    this.#teacher?.render(state);
  }

  /** The server greeted. */
  connected() {
    this.#teacher?.connected();
  }

  /** @param {ExampleMessage|TaughtMessage} message */
  onMessage(message) {
    if (message.type === 'example') this.#teacher?.onExample(message);
    else this.#teacher?.onTaught();
  }

  /**
   * @param {string} message  of the server, about a text message
   * @returns {boolean} whether it was about the teaching
   */
  onError(message) {
    return this.#teacher?.onError(message) ?? false;
  }

  visibilityChanged() {
    this.#teacher?.visibilityChanged();
  }

  endRound() {
    this.#teacher?.endRound();
  }

  /** @param {string} name  of an action of teacher.js */
  async act(name) {
    (await this.#load())?.act(name, '');
  }

  /** The drawer's section is open. */
  show() {
    void this.#load();
  }

  /** @param {File} file */
  async import(file) {
    await (await this.#load())?.import(file);
  }

  #load() {
    this.#loading ??= this.#loadOnce();
    return this.#loading;
  }

  /** @returns {Promise<Teacher|null>} null without the server; the next try may succeed */
  async #loadOnce() {
    try {
      const [{ Teacher: Kind }] = await Promise.all([import(SCRIPT), this.#host.page && loadSheet(SHEET)]);
      const teacher = new Kind({ ...this.#host, remember: (/** @type {boolean} */ isTaught) => this.#remember(isTaught) });
      await teacher.load();
      this.#teacher = teacher;
      this.#host.page?.redraw();
      return teacher;
    } catch {
      this.#loading = null;
      if (this.#host.page) this.#host.notice(t.teaching.notLoaded, true);
      return null;
    }
  }

  #wasTaught() {
    try {
      return this.#store.getItem(KEY) === 'yes';
    } catch {
      return false;
    }
  }

  /** @param {boolean} isTaught */
  #remember(isTaught) {
    try {
      this.#store.setItem(KEY, isTaught ? 'yes' : '');
    } catch {
      // Storage is full or blocked: the next visit begins without.
    }
  }
}
