// The elements of the mirror game: a modal dialog over the page, made when the game is opened for the first time.
// The browser keeps the focus in it, closes it on Escape and returns the focus.

import { make, setData, setText } from '../dom.js';
import { nameOf } from '../text/phrases.js';
import { format, t } from '../text/i18n.js';

export class GameView {
  root = /** @type {HTMLDialogElement} */ (make('dialog', 'game'));
  canvas = make('canvas', 'game-canvas');
  /** Of the emoji to imitate. */
  target = make('figure', 'emoji game-emoji');
  alone = button('button button-main', t.game.alone);
  two = button('button', t.game.two);
  again = button('button button-main', t.game.again);
  share = button('button', t.game.share);
  #title = make('h2', 'game-title', t.game.title);
  #dots = make('ol', 'game-dots');
  #word = make('p', 'game-word');
  #advice = make('p', 'game-quiet game-advice');
  #intro = make('div', 'game-intro');
  #introText = make('p', 'game-text', t.game.intro);
  #introNote = make('p', 'game-quiet');
  #note = make('p', 'game-note');
  #scores = make('ul', 'game-scores');
  #end = make('section', 'game-end');
  #endTitle = make('p', 'game-word');
  #endText = make('p', 'game-text');
  #strip = make('ul', 'game-strip');
  #spoken = make('p', 'visually-hidden');
  #clock = make('div', 'game-clock');

  /** @param {number} rounds */
  constructor(rounds) {
    const close = button('round', '');
    close.ariaLabel = close.title = t.page.close;
    close.append(closeIcon());
    close.addEventListener('click', () => this.root.close());
    this.#title.id = 'game-title';
    this.#title.tabIndex = -1;
    this.root.setAttribute('aria-labelledby', this.#title.id);
    this.#spoken.role = 'status';
    this.#dots.ariaHidden = 'true';
    this.canvas.role = 'img';
    this.canvas.ariaLabel = t.page.video;
    for (let round = 0; round < rounds; round += 1) this.#dots.append(make('li', 'game-dot'));
    const top = make('header', 'game-top');
    top.append(this.#title, this.#dots, close);
    const buttons = make('div', 'buttons');
    buttons.append(this.alone, this.two);
    this.#intro.append(this.#introText, this.#introNote, buttons);
    const shown = make('div', 'game-shown');
    shown.append(this.#clock, this.target);
    const target = make('section', 'game-target');
    target.append(shown, this.#word, this.#advice, this.#intro);
    const picture = make('div', 'game-picture');
    picture.append(this.canvas, this.#note);
    const camera = make('section', 'game-camera');
    camera.append(picture, this.#scores);
    const endButtons = make('div', 'buttons');
    endButtons.append(this.again, this.share);
    this.#end.append(this.#endTitle, this.#endText, this.#strip, endButtons);
    const main = make('div', 'game-main');
    main.append(target, camera, this.#end);
    this.root.append(top, main, this.#spoken);
    document.body.append(this.root);
  }

  /** @param {'intro'|'play'|'end'} screen */
  show(screen) {
    setData(this.root, 'screen', screen);
    this.#intro.hidden = screen !== 'intro';
    this.#end.hidden = screen !== 'end';
    this.#scores.hidden = screen === 'intro';
    this.#dots.hidden = this.#advice.hidden = screen !== 'play';
    // A button that has the focus is hidden: nothing else takes it by itself.
    if (screen === 'play') this.#title.focus();
    if (screen === 'end') this.again.focus();
  }

  /**
   * @param {{label: string, faces: number, best: number, note: string}} intro
   */
  renderIntro({ label, faces, best, note }) {
    setData(this.root, 'hue', label);
    this.#write(t.game.title);
    this.two.disabled = faces < 2;
    const record = best > 0 ? format(t.game.best, { n: best }) : '';
    setText(this.#introNote, [faces < 2 ? t.game.needTwo : t.game.isTwo, record].filter(Boolean).join(' '));
    this.#writeNote(note);
    this.#clock.style.setProperty('--part', '0');
  }

  /**
   * @param {Match} match
   * @param {{part: number, names: readonly string[], colours: readonly string[], word: string, note: string}} shown
   *   part: of the time that is over, 0 to 1
   */
  renderPlay({ phase, round, rounds, label, totals }, { part, names, colours, word, note }) {
    setData(this.root, 'hue', phase === 'ready' || !label ? 'unsure' : label);
    setData(this.root, 'phase', phase);
    this.#write(word);
    setText(this.#advice, phase === 'ready' ? t.game.relax : '');
    this.#writeNote(note);
    this.#clock.style.setProperty('--part', part.toFixed(3));
    [...this.#dots.children].forEach((dot, index) => {
      if (!(dot instanceof HTMLElement)) return;
      setData(dot, 'state', index < rounds.length ? 'done' : index === round ? 'now' : null);
      const winner = rounds[index]?.winner;
      dot.style.setProperty('--player', typeof winner === 'number' ? colours[winner] : '');
    });
    if (this.#scores.childElementCount !== totals.length) this.#scores.replaceChildren(...totals.map(scoreRow));
    totals.forEach((total, index) => {
      const row = this.#scores.children[index];
      if (!(row instanceof HTMLElement)) return;
      row.style.setProperty('--player', colours[index]);
      setText(row.children[0], names[index]);
      setText(row.children[1], String(total));
    });
  }

  /**
   * @param {Match} match
   * @param {{title: string, text: string, hue: string, colours: readonly string[]}} shown
   * @param {(round: number, player: number) => HTMLCanvasElement|undefined} faceOf
   * @param {(host: HTMLElement, label: string) => void} showEmoji
   */
  renderEnd({ rounds }, { title, text, hue, colours }, faceOf, showEmoji) {
    setData(this.root, 'hue', hue);
    setText(this.#endTitle, title);
    this.#endTitle.style.setProperty('--letters', String(title.length / 2));
    setText(this.#endText, text);
    this.#strip.replaceChildren(...rounds.map(({ label, points, winner }, round) => {
      const card = make('li', 'game-card');
      const emoji = make('span', 'game-card-emoji');
      showEmoji(emoji, label);
      const faces = points.map((each, player) => {
        const holder = make('span', 'game-card-face');
        const face = faceOf(round, player);
        if (face) holder.append(face);
        const badge = make('span', 'game-card-points', String(each));
        if (points.length > 1) holder.style.setProperty('--player', colours[player]);
        setData(holder, 'won', winner === player ? '' : null);
        holder.append(badge);
        return holder;
      });
      card.append(...faces, emoji, make('span', 'game-card-name', nameOf(label)));
      return card;
    }));
  }

  /** @param {string} text  for screen readers */
  say(text) {
    setText(this.#spoken, text);
  }

  /** @param {string} word  in large type */
  #write(word) {
    setText(this.#word, word);
    const letters = Math.max(word.length / 2, ...word.split(' ').map(({ length }) => length));
    this.#word.style.setProperty('--letters', String(letters));
  }

  /** @param {string} note */
  #writeNote(note) {
    setText(this.#note, note);
    this.#note.hidden = !note;
  }
}

/**
 * @param {string} className
 * @param {string} text
 */
function button(className, text) {
  return Object.assign(make('button', className, text), { type: 'button' });
}

function scoreRow() {
  const row = make('li', 'game-score');
  row.append(make('span', 'game-score-name'), make('strong', 'game-score-points'));
  return row;
}

/** The icon of the page's template. */
function closeIcon() {
  const [svg, use] = ['svg', 'use'].map((tag) => document.createElementNS('http://www.w3.org/2000/svg', tag));
  svg.setAttribute('class', 'icon');
  svg.setAttribute('aria-hidden', 'true');
  use.setAttribute('href', '#i-close');
  svg.append(use);
  return svg;
}
