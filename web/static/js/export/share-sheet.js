// The sheet after a snapshot, a recording or a game: a preview, and buttons to share it, save it or make another one.
// A modal dialog: the browser keeps the focus in it, closes it on Escape and returns the focus.

import { saveFile } from './save-file.js';
import { make, need, reducedMotion, setText } from '../dom.js';
import { format, t } from '../text/i18n.js';

export class ShareSheet {
  #root = need('sheet', HTMLDialogElement);
  #title = need('sheet-title', HTMLElement);
  #preview = need('sheet-preview', HTMLElement);
  #text = need('sheet-text', HTMLElement);
  #share = need('sheet-share', HTMLButtonElement);
  #again = need('sheet-again', HTMLButtonElement);
  /** @type {Capture|null} */
  #capture = null;
  /** @type {Capture|null} shown when the sheet is closed: a recording that ended by itself discards no snapshot */
  #next = null;
  #url = '';

  constructor() {
    this.#root.addEventListener('close', () => this.#onClose());
  }

  /** @param {Capture} capture */
  open(capture) {
    if (this.#capture && this.#capture.kind !== capture.kind) {
      this.#next = capture;
      return;
    }
    this.#clear();
    this.#capture = capture;
    this.#url = URL.createObjectURL(capture.file);
    setText(this.#title, t.sheet[capture.kind]);
    setText(this.#text, capture.isPart ? t.sheet.part : t.sheet.unsaved);
    this.#preview.replaceChildren(previewOf(capture, this.#url));
    // The game below the sheet has a button of its own.
    this.#again.hidden = capture.kind === 'game';
    this.#share.hidden = !navigator.canShare?.({ files: [capture.file] });
    if (!this.#root.open) this.#root.showModal();
  }

  /** @returns {Capture['kind']|null} what was shown */
  close() {
    const kind = this.#capture?.kind ?? null;
    this.#root.close();
    return kind;
  }

  save() {
    if (!this.#capture) return;
    saveFile(this.#capture.file);
    setText(this.#text, format(t.notices.saved, { name: this.#capture.file.name }));
  }

  /** Opens the system's sheet, which lists the apps that take such a file. */
  async share() {
    if (!this.#capture) return;
    try {
      await navigator.share({ files: [this.#capture.file] });
    } catch (error) {
      // The user closed the system's sheet.
      if (error instanceof Error && error.name === 'AbortError') return;
      setText(this.#text, t.sheet.shareFailed);
    }
  }

  #onClose() {
    this.#clear();
    const next = this.#next;
    this.#next = null;
    if (next) this.open(next);
  }

  #clear() {
    this.#capture = null;
    // A video keeps its file as long as it has a source.
    this.#preview.querySelector('video')?.removeAttribute('src');
    this.#preview.querySelector('video')?.load();
    this.#preview.replaceChildren();
    URL.revokeObjectURL(this.#url);
    this.#url = '';
  }
}

/**
 * @param {Capture} capture
 * @param {string} url
 */
function previewOf({ kind }, url) {
  if (kind !== 'recording') {
    const image = make('img', 'sheet-picture');
    return Object.assign(image, { src: url, alt: t.sheet[kind] });
  }
  const video = make('video', 'sheet-picture');
  video.ariaLabel = t.sheet.recording;
  const autoplay = !reducedMotion.matches;
  return Object.assign(video, { src: url, controls: true, loop: true, muted: true, playsInline: true, autoplay });
}
