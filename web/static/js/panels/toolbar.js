// The toolbar below the picture: tools, one line of figures, and where the frames go. Notices appear over the picture, so
// that nothing on the page moves.

import { need, setData, setText } from '../dom.js';
import { canStop, showsVideo } from '../state.js';
import { format, t } from '../text/i18n.js';
import { clock, readoutText, taughtText } from '../text/phrases.js';

export class Toolbar {
  root = need('toolbar', HTMLElement);
  stop = need('stop', HTMLButtonElement);
  #tools = need('tools', HTMLElement);
  #notice = need('notice', HTMLElement);
  #readout = need('readout', HTMLElement);
  #mode = need('mode', HTMLButtonElement);
  #record = need('record', HTMLButtonElement);
  #teach = need('teach', HTMLButtonElement);

  /** @param {State} state */
  render(state) {
    const { phase, readout, settings, recordingMs, taught, round } = state;
    const text = announcementOf(state);
    // Not in the live region: a screen reader would read out the figures, or the clock every second.
    const recording = recordingMs === null ? '' : format(t.notices.recording, { time: clock(recordingMs) });
    setText(this.#notice, text);
    setText(this.#readout, recording || (readout ? readoutText(readout) : ''));
    this.stop.hidden = !canStop(phase);
    this.#tools.hidden = !showsVideo(phase);
    // In its place is the panel of the round.
    this.root.hidden = round !== null;
    this.#teach.hidden = state.teaching === null;
    this.#mode.setAttribute('aria-pressed', String(settings.mode === 'face'));
    this.#record.setAttribute('aria-pressed', String(recordingMs !== null));
    setData(this.#teach, 'on', taught.length > 0 ? '' : null);
    // Not aria-pressed: it opens a section. Screen readers read what the edge shows.
    this.#teach.setAttribute('aria-description', taught.length > 0 ? taughtText(taught.length) : '');
  }
}

/**
 * The announced text: a notice, otherwise a hint.
 * @param {State} state
 */
function announcementOf({ notice, hint, phase, source }) {
  // Without a picture the status panel shows it.
  if (!showsVideo(phase)) return '';
  if (notice) return notice;
  // A file may be black or of one colour.
  if (source !== 'camera' && (hint === 'black' || hint === 'plain')) return '';
  return hint && phase === 'live' ? t.hints[hint] : '';
}
