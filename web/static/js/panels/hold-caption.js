// The strip over the picture while a face is measured, and afterwards: what to do, what came out, and the next step.

import { need, setText } from '../dom.js';
import { format, t } from '../text/i18n.js';
import { nameOf, percent } from '../text/phrases.js';

export class HoldCaption {
  #root = need('hold', HTMLElement);
  #text = need('hold-text', HTMLElement);
  #buttons = {
    undo: need('hold-undo', HTMLButtonElement),
    retry: need('hold-retry', HTMLButtonElement),
    cancel: need('hold-cancel', HTMLButtonElement),
    close: need('hold-close', HTMLButtonElement),
  };

  /** @type {CalibrationStatus} */
  #shown = null;

  /** @param {State} state */
  render({ calibrating }) {
    if (calibrating === this.#shown) return;
    const hadFocus = this.#root.contains(document.activeElement);
    this.#shown = calibrating;
    this.#write(calibrating);
    // The pressed button may be hidden now.
    const next = Object.values(this.#buttons).find((button) => button.offsetParent);
    if (next && (hadFocus || calibrating?.kind === 'running')) next.focus();
    else if (hadFocus) need('calibration', HTMLButtonElement).focus();
  }

  /** @param {CalibrationStatus} calibrating */
  #write(calibrating) {
    const isShown = calibrating !== null && calibrating.kind !== 'unavailable';
    this.#root.hidden = !isShown;
    const { kind } = calibrating ?? {};
    setText(this.#text, isShown ? textOf(calibrating) : '');
    this.#buttons.undo.hidden = kind !== 'done';
    this.#buttons.cancel.hidden = kind !== 'running';
    this.#buttons.retry.hidden = kind === 'running' || kind === 'done';
    this.#buttons.close.hidden = kind === 'running';
  }
}

/** @param {NonNullable<CalibrationStatus>} status */
function textOf(status) {
  if (status.kind !== 'done') return t.calibration[status.kind];
  const text = status.label === 'neutral' ? t.calibration.wasNeutral : t.calibration.done;
  return format(text, { name: nameOf(status.label), share: percent(status.share) });
}
