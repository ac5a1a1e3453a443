// The panel of the guided round, in the place of the toolbar: the steps, what to do now, and the buttons. The emoji to
// imitate is the main emoji, and the ring is drawn around the face.

import { make, need, setData, setText } from '../dom.js';
import { format, t } from '../text/i18n.js';
import { nameOf, useNames } from '../text/phrases.js';
import { stepOf } from './round-step.js';
import { taughtIn } from './round.js';

/** Buttons in their order, and the phases in which each is there. */
const BUTTONS = /** @type {const} */ ([
  ['keep', ['alike']],
  ['again', ['alike', 'refused', 'felt', 'done']],
  ['back', ['ready', 'holding']],
  ['skip', ['ready', 'holding', 'refused', 'alike']],
  ['own', ['done']],
  ['end', ['done']],
]);

export class RoundPanel {
  #root = need('round', HTMLElement);
  #steps = make('ol', 'round-steps');
  #title = make('p', 'round-title');
  #text = make('p', 'round-text');
  #renderer;
  #act;
  /** @type {Map<string, HTMLButtonElement>} */
  #buttons = new Map();
  /** @type {{item: HTMLElement, view: EmojiView}[]} */
  #items = [];
  /** @type {TeachingRound|null} */
  #shown = null;

  /**
   * @param {EmojiRenderer} renderer
   * @param {(name: string) => void} act
   */
  constructor(renderer, act) {
    this.#renderer = renderer;
    this.#act = act;
    const words = make('div', 'round-words');
    words.setAttribute('role', 'status');
    words.append(this.#title, this.#text);
    const buttons = make('div', 'round-buttons');
    for (const [name] of BUTTONS) buttons.append(this.#button(name));
    const close = make('button', 'round-close round');
    Object.assign(close, { type: 'button', ariaLabel: t.teaching.stop, title: t.teaching.stop, innerText: '' });
    close.append(closeIcon());
    close.addEventListener('click', () => act('end'));
    this.#steps.ariaHidden = 'true';
    this.#root.replaceChildren(this.#steps, words, buttons, close);
    document.addEventListener('keydown', (event) => {
      if (event.key !== 'Escape' || this.#root.hidden || document.querySelector('dialog[open]')) return;
      event.preventDefault();
      act('end');
    }, true);
  }

  /** @param {State} state */
  render({ round, expression, taught }) {
    useNames(taught);
    if (round?.phase === 'felt') setText(this.#text, format(t.teaching.reads, { name: nameOf(expression ?? 'no-face') }));
    if (round === this.#shown) return;
    const old = this.#shown;
    this.#shown = round;
    this.#root.hidden = round === null;
    // Screen readers hear what to do, and not also the name of the emoji.
    need('expression', HTMLElement).ariaLive = round ? 'off' : null;
    if (!round) return this.#leave();
    if (round.steps.length !== this.#items.length || round.steps[0].label !== old?.steps[0].label) this.#build(round);
    this.#items.forEach(({ item, view }, index) => {
      const { label, result } = round.steps[index];
      view.show(label);
      setData(item, 'result', result);
      setData(item, 'now', index === round.index ? '' : null);
    });
    this.#write(round, expression);
    // The pressed button may be hidden now.
    const focused = document.activeElement;
    if (old === null || (focused instanceof HTMLElement && this.#root.contains(focused) && !focused.offsetParent)) {
      const main = round.phase === 'done' ? 'end' : round.phase === 'alike' ? 'keep' : null;
      (main ? this.#buttons.get(main) : this.#root)?.focus();
    }
    if (old && old.phase !== round.phase && (round.phase === 'alike' || round.phase === 'done')) {
      this.#buttons.get(round.phase === 'done' ? 'end' : 'keep')?.focus();
    }
  }

  /**
   * @param {TeachingRound} round
   * @param {string|null} expression  that is read now
   */
  #write(round, expression) {
    const { phase, index, steps } = round;
    const step = stepOf(round);
    setData(this.#root, 'phase', phase);
    for (const [name, phases] of BUTTONS) {
      const isThere = /** @type {readonly string[]} */ (phases).includes(phase);
      const button = this.#buttons.get(name);
      if (button) button.hidden = !isThere || (name === 'back' && (index === 0 || round.tries > 0));
    }
    setText(this.#title, phase === 'done' ? t.teaching.done : titleOf(step, index, steps.length));
    if (phase !== 'felt') setText(this.#text, textOf(round));
    else setText(this.#text, format(t.teaching.reads, { name: nameOf(expression ?? 'no-face') }));
  }

  /** @param {'keep'|'again'|'back'|'skip'|'own'|'end'} name */
  #button(name) {
    const button = make('button', name === 'keep' || name === 'end' ? 'button round-main' : 'button', t.teaching.buttons[name]);
    button.type = 'button';
    button.dataset.teach = name;
    button.addEventListener('click', () => this.#act(name === 'back' ? 'again' : name));
    this.#buttons.set(name, button);
    return button;
  }

  /** @param {TeachingRound} round */
  #build({ steps }) {
    this.#items = steps.map(() => {
      const item = make('li', 'round-step');
      const host = make('span', 'round-emoji');
      item.append(host);
      return { item, view: this.#renderer.viewIn(host) };
    });
    this.#steps.replaceChildren(...this.#items.map(({ item }) => item));
  }

  #leave() {
    const focused = document.activeElement;
    if (focused !== document.body && !this.#root.contains(focused)) return;
    const teach = need('teach', HTMLButtonElement);
    // Without the camera there is no toolbar.
    (teach.offsetParent ? teach : need('action', HTMLButtonElement)).focus();
  }
}

/**
 * @param {RoundStep} step
 * @param {number} index
 * @param {number} count
 */
function titleOf({ label, name }, index, count) {
  const shown = label === name ? nameOf(label) : name;
  return count === 1 ? shown : format(t.teaching.step, { name: shown, n: index + 1, count });
}

/** @param {TeachingRound} round */
function textOf(round) {
  const { phase, index, steps, reason, alike } = round;
  const { label } = stepOf(round);
  if (phase === 'alike') {
    return format(t.teaching.alike, { name: nameOf(alike ?? '') });
  }
  if (phase === 'refused') return t.teaching.refused[reason ?? 'no_face'];
  if (phase === 'holding') return t.teaching.hold;
  if (phase === 'done') {
    const n = taughtIn(round).length;
    return n === steps.length ? t.teaching.summaryAll : format(t.teaching.summary, { n, count: steps.length });
  }
  const how = Object.hasOwn(t.teaching.how, label)
    ? t.teaching.how[/** @type {keyof typeof t.teaching.how} */ (label)] : t.teaching.howOwn;
  return index === 0 && steps.length > 1 ? `${how} ${t.teaching.first}` : how;
}

function closeIcon() {
  const icon = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  const use = document.createElementNS('http://www.w3.org/2000/svg', 'use');
  icon.setAttribute('class', 'icon');
  icon.setAttribute('aria-hidden', 'true');
  use.setAttribute('href', '#i-close');
  icon.append(use);
  return icon;
}
