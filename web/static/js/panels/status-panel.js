// The message in place of the picture, or over it: what the page waits for, and the button that helps.

import { make, need, setText } from '../dom.js';
import { canStop, showsVideo } from '../state.js';
import { socketUrl } from '../config.js';
import { language, t } from '../text/i18n.js';
import { countdown, pointsOf, textsOf } from '../text/phrases.js';
import { problemTexts } from '../text/problem-texts.js';

/** Where the page and its server are, for the texts about a connection. */
const ADDRESSES = { page: new URL('.', location.href).href, socket: socketUrl('ws', location) };

export class StatusPanel {
  root = need('panel', HTMLElement);
  action = need('action', HTMLButtonElement);
  #title = need('panel-title', HTMLElement);
  #text = need('panel-text', HTMLElement);
  #serverMessage = need('panel-server-message', HTMLElement);
  #code = need('panel-code', HTMLElement);
  #link = need('panel-link', HTMLAnchorElement);
  #points = need('panel-points', HTMLElement);
  #countdown = need('panel-countdown', HTMLElement);
  #noCamera = need('no-camera', HTMLElement);
  #drop = need('drop', HTMLElement);
  #fileProblem = need('file-problem', HTMLElement);
  /** @type {string|null} the phase whose points are shown */
  #pointsOf = null;

  /** @param {State} state */
  render({ phase, notice, isUnanswered, serverMessage, problem, retrySeconds, dragging }) {
    const texts = textsOf(phase);
    this.root.hidden = phase === 'live';
    setText(this.#title, texts.title);
    setText(this.#text, isUnanswered && phase === 'asking' ? `${texts.text} ${t.unanswered}` : texts.text);
    const explained = problem && (phase === 'blocked' || phase === 'refused') ? problemTexts(problem, ADDRESSES) : null;
    const message = explained?.text ?? serverMessage ?? '';
    setText(this.#serverMessage, message);
    this.#serverMessage.hidden = !message;
    // The server's own messages are English.
    const isOurs = explained || [t.outdated, t.badToken, t.crowded].includes(message);
    this.#serverMessage.lang = isOurs ? language : 'en';
    setText(this.#code, explained?.code ?? '');
    this.#code.hidden = !explained?.code;
    this.#link.hidden = !explained?.link;
    if (explained?.link) this.#link.href = explained.link;
    this.#renderPoints(phase);
    const isWaiting = showsVideo(phase) && retrySeconds !== null;
    setText(this.#countdown, isWaiting ? countdown(retrySeconds ?? 0) : '');
    this.#countdown.hidden = !isWaiting;
    setText(this.action, texts.action ?? '');
    this.action.hidden = !texts.action;
    this.#noCamera.hidden = canStop(phase);
    this.#drop.hidden = !dragging;
    this.#renderFileProblem(showsVideo(phase) ? '' : notice ?? '');
  }

  /** @param {string} text  brought into sight, because it lies below the fold on a small phone */
  #renderFileProblem(text) {
    if (this.#fileProblem.textContent === text) return;
    setText(this.#fileProblem, text);
    if (text) this.#fileProblem.scrollIntoView({ block: 'nearest' });
  }

  /** @param {Phase} phase */
  #renderPoints(phase) {
    if (this.#pointsOf === phase) return;
    this.#pointsOf = phase;
    const points = pointsOf(phase);
    this.#points.hidden = points.length === 0;
    this.#points.replaceChildren(...points.flatMap(([term, text]) => [make('dt', '', term), make('dd', '', text)]));
  }
}
