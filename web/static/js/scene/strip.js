// The strip below the picture: the tools, one line of words, and what happens to the frames.

import { need, setData, setText } from '../dom.js';
import { say, t } from '../messages/i18n.js';
import { isRunning, isWatching } from '../state.js';
import { clockWords, readoutWords } from '../messages/words.js';

export class Strip {
  root = need('strip', HTMLElement);
  stop = need('stop', HTMLButtonElement);
  #tools = need('tools', HTMLElement);
  #notice = need('notice', HTMLElement);
  #readout = need('readout', HTMLElement);
  #mode = need('mode', HTMLButtonElement);
  #record = need('record', HTMLButtonElement);
  #rest = need('rest', HTMLButtonElement);

  constructor() {
    need('host', HTMLElement).textContent = location.host;
  }

  /** @param {State} state */
  render(state) {
    const { phase, readout, settings, recordingMs, learning } = state;
    const words = wordsOf(state);
    // Not announced: a clock that is read out every second, or figures.
    const clock = recordingMs === null ? '' : say(t.notices.recording, { time: clockWords(recordingMs) });
    setText(this.#notice, words);
    setText(this.#readout, words ? '' : clock || (readout ? readoutWords(readout) : ''));
    this.stop.hidden = !isRunning(phase);
    this.#tools.hidden = !isWatching(phase);
    this.#rest.hidden = !state.canRest;
    this.#mode.setAttribute('aria-pressed', String(settings.mode === 'face'));
    this.#record.setAttribute('aria-pressed', String(recordingMs !== null));
    setData(this.#rest, 'on', settings.resting || learning ? '' : null);
  }
}

/**
 * The line of words: a passing trouble, or a hint.
 * @param {State} state
 */
function wordsOf({ notice, hint, phase }) {
  if (notice) return notice;
  return hint && phase === 'live' ? t.hints[hint] : '';
}
