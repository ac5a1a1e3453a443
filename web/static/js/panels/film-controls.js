// Pause and time bar of a video that the user chose. The camera has none.

import { need, setData, setText } from '../dom.js';
import { showsVideo } from '../state.js';
import { t } from '../text/i18n.js';
import { clock } from '../text/phrases.js';

export class FilmControls {
  #root = need('film', HTMLElement);
  #play = need('film-play', HTMLButtonElement);
  #time = need('film-time', HTMLInputElement);
  #clock = need('film-clock', HTMLElement);
  #video;

  /** @param {HTMLVideoElement} video */
  constructor(video) {
    this.#video = video;
    for (const event of ['play', 'pause', 'timeupdate', 'durationchange']) {
      video.addEventListener(event, () => this.#root.hidden || this.#show());
    }
    this.#time.addEventListener('input', () => {
      this.#video.currentTime = Number(this.#time.value) * this.#video.duration;
    });
  }

  /** Plays, or pauses. */
  toggle() {
    if (this.#video.paused) void this.#video.play();
    else this.#video.pause();
  }

  /** @param {State} state */
  render({ phase, source }) {
    const isHidden = source !== 'video' || !showsVideo(phase);
    if (isHidden === this.#root.hidden) return;
    this.#root.hidden = isHidden;
    if (!isHidden) this.#show();
  }

  #show() {
    const { paused, currentTime, duration } = this.#video;
    // Some recordings do not say how long they are.
    const isKnown = Number.isFinite(duration) && duration > 0;
    setData(this.#play, 'paused', paused ? '' : null);
    this.#play.ariaLabel = this.#play.title = paused ? t.page.filmPlay : t.page.filmPause;
    this.#time.disabled = !isKnown;
    this.#time.value = String(isKnown ? currentTime / duration : 0);
    setText(this.#clock, isKnown ? `${clock(currentTime * 1000)} / ${clock(duration * 1000)}` : clock(currentTime * 1000));
    this.#time.setAttribute('aria-valuetext', this.#clock.textContent ?? '');
  }
}
