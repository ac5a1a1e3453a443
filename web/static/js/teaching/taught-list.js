// The section of the drawer: what was taught, each expression with a drawing of its face, and the buttons. The drawing is
// made of the points of its example; there are no photographs.

import { make, need, setText } from '../dom.js';
import { format, t } from '../text/i18n.js';
import { nameOf, taughtText } from '../text/phrases.js';
import { pointsOf } from './example.js';
import { facePath } from './face-lines.js';

/** Side of a drawing in its own units. */
const SIDE = 96;

export class TaughtList {
  #root = need('taught', HTMLElement);
  #text = make('p', '');
  #said = make('p', 'taught-said');
  #list = make('ul', 'taught-list');
  #start = make('button', 'button');
  #own = make('button', 'button');
  #export = make('button', 'button');
  #import = make('button', 'button');
  #forget = make('button', 'button');
  #renderer;
  #act;
  /** @type {readonly unknown[]} the parts of the state that are shown */
  #shown = [];
  /** @type {{view: EmojiView, label: string}[]} */
  #views = [];

  /**
   * @param {EmojiRenderer} renderer
   * @param {(name: string, label: string) => void} act
   */
  constructor(renderer, act) {
    this.#renderer = renderer;
    this.#act = act;
    this.#said.setAttribute('role', 'status');
    for (const [button, name, text] of /** @type {const} */ ([
      [this.#start, 'all', t.teaching.start], [this.#own, 'own', t.teaching.addOwn], [this.#export, 'export', t.teaching.save],
      [this.#import, 'import', t.teaching.open], [this.#forget, 'forget', t.teaching.forgetAll],
    ])) this.#prepare(button, name, '', text);
    const start = make('div', 'buttons');
    const files = make('div', 'buttons');
    start.append(this.#start, this.#own);
    files.append(this.#export, this.#import, this.#forget);
    this.#root.replaceChildren(this.#text, start, this.#said, this.#list, files, make('p', 'taught-note', t.teaching.kept));
  }

  /**
   * Says what came of an action.
   * @param {string} text
   */
  say(text) {
    setText(this.#said, text);
  }

  /** @param {State} state */
  render(state) {
    const { taught, model, modelLabels, teaching, settings } = state;
    for (const { view, label } of this.#views) view.show(label);
    const shown = [taught, model, modelLabels, teaching, settings.mirror, settings.calibration];
    if (shown.every((each, index) => each === this.#shown[index])) return;
    this.#shown = shown;
    const hadFocus = this.#list.contains(document.activeElement);
    const isEmpty = taught.length === 0;
    setText(this.#text, isEmpty ? t.teaching.none : taughtText(taught.length));
    setText(this.#start, isEmpty ? t.teaching.start : t.teaching.startAgain);
    this.#export.hidden = isEmpty;
    this.#forget.hidden = isEmpty && !settings.calibration;
    this.#build(state);
    // The button that was pressed is gone.
    if (hadFocus) this.#start.focus();
  }

  /** @param {State} state */
  #build({ taught, model, teaching, settings }) {
    this.#views = [];
    this.#list.hidden = taught.length === 0;
    this.#list.replaceChildren(...taught.map((expression) => {
      const { label, examples } = expression;
      const isOld = model !== '' && expression.model !== model;
      const shownName = nameOf(label);
      const item = make('li', 'taught-item');
      const picture = make('span', 'taught-picture');
      const host = make('span', 'taught-emoji');
      const view = this.#renderer.viewIn(host);
      view.show(label);
      this.#views.push({ view, label });
      picture.append(drawingOf(examples[examples.length - 1], settings.mirror, format(t.teaching.drawing, { name: shownName })), host);
      const count = isOld ? t.teaching.old : format(examples.length === 1 ? t.teaching.example : t.teaching.examples, { n: examples.length });
      const words = make('p', 'taught-name', shownName);
      words.append(make('small', '', count));
      const buttons = make('div', 'taught-buttons');
      const isFull = examples.length >= (teaching?.examples ?? 5);
      buttons.append(
        this.#prepare(make('button', 'button'), 'redo', label, t.teaching.redo, shownName),
        ...(isOld || isFull ? [] : [this.#prepare(make('button', 'button'), 'more', label, t.teaching.more, shownName)]),
        this.#prepare(make('button', 'button'), 'forget', label, t.teaching.forget, shownName),
      );
      item.append(picture, words, buttons);
      return item;
    }));
  }

  /**
   * @param {HTMLButtonElement} button
   * @param {string} name  of the action
   * @param {string} label  of the expression
   * @param {string} text
   * @param {string} [about]  the expression that the button is about, for screen readers
   */
  #prepare(button, name, label, text, about = '') {
    button.type = 'button';
    button.dataset.teach = name;
    setText(button, text);
    if (about) button.ariaLabel = `${text}: ${about}`;
    button.addEventListener('click', () => {
      if (name === 'import') need('faces-file', HTMLInputElement).click();
      else this.#act(name, label);
    });
    return button;
  }
}

/**
 * @param {string} example  base64
 * @param {boolean} isMirrored
 * @param {string} words  for screen readers
 */
function drawingOf(example, isMirrored, words) {
  const points = pointsOf(example);
  const drawing = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  const path = document.createElementNS('http://www.w3.org/2000/svg', 'path');
  drawing.setAttribute('viewBox', `0 0 ${SIDE} ${SIDE}`);
  drawing.setAttribute('class', 'taught-drawing');
  drawing.setAttribute('role', 'img');
  drawing.setAttribute('aria-label', words);
  path.setAttribute('d', points ? facePath(points, SIDE, isMirrored) : '');
  drawing.append(path);
  return drawing;
}
