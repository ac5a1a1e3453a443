// The mirror game: the page shows an expression, the players make it. Loaded by panels/game-launcher.js; the server joins
// it and its modules to one file. The rules are in match.js and points.js.

import { loadSheet } from '../dom.js';
import { loadBest, saveBest } from './best-score.js';
import { throwConfetti } from './confetti.js';
import { FaceStrip } from './face-strip.js';
import { GameStage } from './game-stage.js';
import { GameView } from './game-view.js';
import { advance, READY_MS, ROUNDS, startMatch, winnerOf } from './match.js';
import { playersOf } from './players.js';
import { MAX_POINTS, REACHED, ROUND_MS, verdictOf } from './points.js';
import { browserStore } from '../settings/settings.js';
import { colourOf } from '../scene/face-numbers.js';
import { format, language, t } from '../text/i18n.js';
import { nameOf, textsOf, useNames } from '../text/phrases.js';

const SHEET = new URL('../../css/game.css', import.meta.url).href;

/** On the first screen the emoji tries on its faces. */
const TRY_ON_MS = 1300;

/** A frame that came late, as after a hidden tab, counts as this long. */
const MAX_STEP_MS = 250;

/** The colour of a player alone. */
const GOLD = '#ffd84d';

/** @type {MirrorGame|null} */
let game = null;

/**
 * @param {GamePage} page
 */
export async function openGame(page) {
  await loadSheet(SHEET);
  game ??= new MirrorGame(page);
  game.open();
}

class MirrorGame {
  #page;
  #view = new GameView(ROUNDS);
  #stage;
  #emoji;
  #strip;
  #store = browserStore();
  #best = loadBest(this.#store);
  /** @type {Match|null} null on the first screen */
  #match = null;
  #last = 0;
  #openedAt = 0;
  /** What the screen reader heard last. */
  #heard = '';

  /** @param {GamePage} page */
  constructor(page) {
    const { video, renderer } = page.view;
    this.#page = page;
    this.#stage = new GameStage(this.#view.canvas, video);
    this.#emoji = renderer.viewIn(this.#view.target);
    this.#strip = new FaceStrip(video);
    this.#view.alone.addEventListener('click', () => this.#start(1));
    this.#view.two.addEventListener('click', () => this.#start(2));
    this.#view.again.addEventListener('click', () => this.#start(this.#match?.players.length ?? 1));
    this.#view.share.addEventListener('click', () => void this.#share());
    this.#view.root.addEventListener('close', () => this.#onClose());
  }

  open() {
    if (this.#view.root.open) return;
    this.#match = null;
    this.#heard = '';
    this.#view.show('intro');
    this.#renderIntro(0);
    this.#view.root.showModal();
    this.#view.alone.focus();
    this.#openedAt = this.#last = performance.now();
    requestAnimationFrame((now) => this.#loop(now));
  }

  /** The faces go with the game. */
  #onClose() {
    this.#match = null;
    this.#strip = new FaceStrip(this.#page.view.video);
    this.#view.show('intro');
  }

  /** @param {number} count  of players */
  #start(count) {
    const { labels } = this.#page.view.state;
    const players = playersOf(this.#faces(), count);
    this.#strip = new FaceStrip(this.#page.view.video);
    // With too few faces in the picture: the first screen says so.
    if (players.length < count) {
      this.#match = null;
      this.#view.show('intro');
      return;
    }
    this.#match = startMatch(labels, players);
    this.#view.show('play');
  }

  /** @param {number} now */
  #loop(now) {
    if (!this.#view.root.open) return;
    const elapsed = Math.min(MAX_STEP_MS, Math.max(0, now - this.#last));
    this.#last = now;
    // The joined game has its own copy of the phrases.
    useNames(this.#page.view.state.taught);
    if (!this.#match) this.#renderIntro(elapsed);
    else if (this.#match.phase !== 'over') this.#play(this.#match, elapsed);
    requestAnimationFrame((next) => this.#loop(next));
  }

  /** @param {number} elapsed */
  #renderIntro(elapsed) {
    const { state } = this.#page.view;
    const { labels, faces } = state;
    const label = labels[Math.floor((this.#last - this.#openedAt) / TRY_ON_MS) % labels.length] ?? 'happy';
    this.#emoji.show(label);
    this.#view.renderIntro({ label, faces: faces.length, best: this.#best, note: this.#noteOf(state) });
    this.#view.alone.disabled = faces.length === 0;
    this.#stage.draw(state, [], elapsed);
  }

  /**
   * @param {Match} before
   * @param {number} elapsed
   */
  #play(before, elapsed) {
    const { state } = this.#page.view;
    const age = performance.now() - state.facesAt;
    const match = advance(before, { elapsed, faces: this.#faces(), age }, Math.random);
    this.#match = match;
    if (match.phase === 'over') return this.#end(match);
    if (match.phase === 'show') this.#keepFaces(before, match);
    this.#emoji.show(match.phase === 'ready' ? 'unsure' : match.label ?? 'unsure');
    const word = this.#wordOf(match);
    const part = match.phase === 'show' ? match.elapsed / ROUND_MS : match.phase === 'ready' ? match.elapsed / READY_MS : 1;
    const names = this.#names(match);
    const note = match.isPaused ? this.#pauseNote(match) : '';
    this.#view.renderPlay(match, { part: Math.min(1, part), names, colours: coloursOf(match), word, note });
    this.#stage.draw(state, this.#stagePlayers(match), elapsed);
    this.#say(match.isPaused ? note : this.#spokenOf(match));
  }

  /**
   * The face of each player at its best moment of the round.
   * @param {Match} before
   * @param {Match} match
   */
  #keepFaces(before, match) {
    const { faces, mirrored } = this.#page.view.state;
    match.tries.forEach(({ points }, index) => {
      const isFirst = !this.#strip.face(match.round, index);
      const isBetter = before.phase === 'show' && points > before.tries[index].points;
      const face = faces.find(({ id }) => id === match.players[index].face.id);
      if (face && (isFirst || isBetter)) this.#strip.keep(match.round, index, face, mirrored);
    });
  }

  /** @param {Match} match  that is over */
  #end(match) {
    const [total] = match.totals;
    const isRecord = match.totals.length === 1 && total > this.#best;
    if (isRecord) saveBest(this.#store, (this.#best = total));
    const winner = winnerOf(match);
    const { title, text } = this.#endTexts(match, isRecord);
    const hue = match.totals.length > 1 || total >= 400 ? 'happy' : 'neutral';
    this.#view.renderEnd(match, { title, text, hue, colours: coloursOf(match) },
      (round, player) => this.#strip.face(round, player),
      (host, label) => this.#page.view.renderer.viewIn(host).show(label));
    this.#view.show('end');
    this.#say(`${title} ${text}`);
    if (isRecord || winner !== null) throwConfetti(this.#view.root);
  }

  /**
   * @param {Match} match
   * @param {boolean} isRecord
   */
  #endTexts(match, isRecord) {
    const { totals } = match;
    const number = new Intl.NumberFormat(language);
    const most = number.format(ROUNDS * MAX_POINTS);
    if (totals.length > 1) {
      const winner = winnerOf(match);
      const title = winner === null ? t.game.draw : format(t.game.wins, { name: this.#names(match)[winner] });
      return { title, text: totals.map((total) => number.format(total)).join(' : ') };
    }
    const [total] = totals;
    const level = total >= 800 ? 'star' : total >= 600 ? 'strong' : total >= 350 ? 'fine' : 'start';
    const text = format(t.game.total, { n: number.format(total), most });
    const best = isRecord ? t.game.record : format(t.game.best, { n: number.format(this.#best) });
    return { title: t.game.ends[level], text: `${text} ${best}` };
  }

  async #share() {
    const match = this.#match;
    if (match?.phase !== 'over') return;
    const { title } = this.#endTexts(match, false);
    const png = await this.#strip.picture(match, this.#page.view.renderer, { title, colours: coloursOf(match) });
    if (png) this.#page.share(png);
  }

  /** @returns {readonly GameFace[]} the faces of the last answer, largest first */
  #faces() {
    const { faces, mirrored } = this.#page.view.state;
    return faces.map(({ id, box: [x, , w], smoothed }) => ({ id, x: mirrored ? 1 - x - w / 2 : x + w / 2, smoothed }));
  }

  /**
   * @param {Match} match
   * @returns {readonly StagePlayer[]}
   */
  #stagePlayers(match) {
    const { phase, players, tries, rounds, elapsed } = match;
    const colours = coloursOf(match);
    const names = this.#names(match);
    return players.map(({ face: { id } }, index) => {
      const { height } = tries[index];
      const isResult = phase === 'result';
      const points = rounds.at(-1)?.points[index] ?? 0;
      return {
        id, colour: colours[index], part: phase === 'ready' ? 0 : height, isMade: height >= REACHED,
        text: isResult ? (points > 0 ? `+${points}` : '0') : '', textMs: elapsed, name: players.length > 1 ? names[index] : '',
      };
    });
  }

  /** @param {Match} match */
  #names({ players }) {
    return players.length > 1 ? [t.game.left, t.game.right] : [t.game.points];
  }

  /**
   * In large type below the emoji.
   * @param {Match} match
   */
  #wordOf({ phase, label, rounds, round }) {
    if (phase === 'show') return nameOf(label ?? '');
    if (phase === 'ready') return format(t.game.round, { n: round + 1, of: ROUNDS });
    return resultOf(rounds[rounds.length - 1]);
  }

  /** @param {Match} match */
  #spokenOf({ phase, label, round, rounds }) {
    if (phase === 'show') return nameOf(label ?? '');
    if (phase === 'ready') return format(t.game.round, { n: round + 1, of: ROUNDS });
    const last = rounds[rounds.length - 1];
    return `${resultOf(last)} ${format(t.game.got, { n: last.points.join(' : ') })}`;
  }

  /** @param {string} text  each once */
  #say(text) {
    if (text === this.#heard) return;
    this.#heard = text;
    this.#view.say(text);
  }

  /** @param {Match} match */
  #pauseNote({ players }) {
    const { state } = this.#page.view;
    if (state.phase !== 'live') return this.#noteOf(state);
    if (players.length < 2 || players.every(({ missingMs }) => missingMs > 0)) return t.game.waiting;
    const missing = players.findIndex(({ missingMs }) => missingMs > 0);
    return format(t.game.waitingFor, { name: missing === 0 ? t.game.left : t.game.right });
  }

  /**
   * What keeps the page from seeing a face.
   * @param {State} state
   */
  #noteOf({ phase, faces, hint }) {
    if (phase !== 'live') return textsOf(phase).title;
    if (hint && hint !== 'several') return t.hints[hint];
    return faces.length === 0 ? t.tips['no-face'] : '';
  }
}

/** @param {Round} round */
function resultOf({ points, winner }) {
  if (points.length === 1) return t.game.verdicts[verdictOf(points[0])];
  if (winner === null) return t.game.tie;
  return winner === 0 ? t.game.leftFirst : t.game.rightFirst;
}

/** @param {Match} match */
function coloursOf({ players }) {
  return players.length > 1 ? players.map((_, index) => colourOf(index, players.length)) : [GOLD];
}
