// Opens the mirror game: with the camera on, at once; otherwise it starts the camera first. The game is loaded when it is
// opened for the first time.

import { canStop } from '../state.js';

export class GameLauncher {
  /** The camera was started for the game. */
  #isWanted = false;
  /** @type {() => void} */
  #open = () => {};

  /**
   * @param {{view: PageView, start(): void, stop(): void, share(picture: Blob): void, notice(text: string): void}} page
   * @param {string} failed  the notice if the game cannot be loaded
   */
  open(page, failed) {
    this.#open = () => void load().then(({ openGame }) => openGame(page), () => page.notice(failed));
    const { phase, source } = page.view.state;
    if (phase === 'live' && source !== 'photo') return this.#open();
    // Nobody can play with a photograph.
    if (source === 'photo') page.stop();
    page.start();
    this.#isWanted = canStop(page.view.state.phase);
  }

  /** @param {Phase} phase */
  onPhase(phase) {
    if (!this.#isWanted) return;
    this.#isWanted = canStop(phase) && phase !== 'live';
    if (phase === 'live') this.#open();
  }
}

/** @returns {Promise<typeof import('../game/mirror-game.js')>} all modules of the game, joined by the server */
function load() {
  return import(new URL('../game.js', import.meta.url).href);
}
