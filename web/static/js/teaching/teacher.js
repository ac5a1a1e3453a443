// Runs the teaching: the rounds in time, what is kept in the browser, and what the server is told. This module and all
// that it imports are one file of their own, loaded when they are first needed: teaching.js.

import { saveFile } from '../export/save-file.js';
import { format, t } from '../text/i18n.js';
import { showsVideo } from '../state.js';
import { nameOf, textsOf } from '../text/phrases.js';
import { facesText, MAX_FILE_BYTES, readFaces } from './faces-file.js';
import { FacesStore } from './faces-store.js';
import { OwnDialog } from './own-dialog.js';
import {
  advance, again, answered, dueAt, inOrder, keep, OWN_HOLD_MS, restart, ringOf, skip, startRound,
} from './round.js';
import { RoundPanel } from './round-panel.js';
import { stepOf } from './round-step.js';
import { TaughtList } from './taught-list.js';
import { usable, withExample } from './taught.js';

export class Teacher {
  #host;
  #store = new FacesStore();
  #timer = 0;
  /** Examples that were asked for and are no longer wanted: their answers are still to come. */
  #unwanted = 0;
  /** Messages that the server has not answered yet. */
  #unanswered = 0;
  #hasNamedOld = false;
  #views;

  /** @param {TeacherHost} host */
  constructor(host) {
    this.#host = host;
    const { page } = host;
    this.#views = page && {
      panel: new RoundPanel(page.renderer, (name) => this.act(name, '')),
      list: new TaughtList(page.renderer, (name, label) => this.act(name, label)),
      dialog: new OwnDialog(page.packs, (target) => this.#begin([target], { holdMs: OWN_HOLD_MS })),
    };
  }

  /** Reads what was taught before. To be called once, before anything else. */
  async load() {
    this.#host.update({ taught: await this.#store.load() });
    this.connected();
    this.#store.watch(() => void this.#reload());
  }

  /** Another tab has taught or forgotten something: what this one stores next must not undo it. */
  async #reload() {
    const taught = await this.#store.load();
    this.#host.update({ taught });
    this.#send({ type: 'forget' });
    this.#teachAll(usable(taught, this.#host.state().model));
  }

  /** @param {State} state */
  render(state) {
    this.#views?.panel.render(state);
    this.#views?.list.render(state);
  }

  /** A new connection: the server knows nothing of what was taught. */
  connected() {
    this.#unwanted = this.#unanswered = 0;
    this.endRound();
    const { teaching, taught, model, phase } = this.#host.state();
    if (phase !== 'live' || !teaching || !model) return;
    this.#teachAll(usable(taught, model));
    if (usable(taught, model).length === taught.length || this.#hasNamedOld) return;
    this.#hasNamedOld = true;
    this.#host.notice(t.teaching.newModel, true);
  }

  /** @param {ExampleMessage} message */
  onExample(message) {
    if (this.#unwanted > 0) {
      this.#unwanted -= 1;
      return;
    }
    const { round } = this.#host.state();
    if (round) this.#setRound(answered(round, message, performance.now()), true);
  }

  onTaught() {
    this.#unanswered = Math.max(0, this.#unanswered - 1);
  }

  /**
   * @param {string} message  of the server, about a text message
   * @returns {boolean} whether it was about the teaching
   */
  onError(message) {
    const { round } = this.#host.state();
    if (this.#unanswered === 0 && round?.phase !== 'holding') return false;
    this.#unanswered = Math.max(0, this.#unanswered - 1);
    this.#setRound(null, true);
    this.#host.notice(format(t.teaching.serverRefused, { message }), true);
    return true;
  }

  /** The tab was hidden or shown: a step begins anew, since nobody held a face meanwhile. */
  visibilityChanged() {
    const { round } = this.#host.state();
    if (!round) return;
    clearTimeout(this.#timer);
    if (!document.hidden) this.#setRound(restart(round, performance.now()));
  }

  /**
   * @param {string} name  of the action: `data-teach` of the button
   * @param {string} label  of the expression that it is about; '' if about none
   */
  act(name, label) {
    const { round } = this.#host.state();
    const now = performance.now();
    if (name === 'open') return this.#open();
    if (name === 'all') return this.#startAll();
    if (name === 'redo') return this.#begin(this.#targetsOf([label]));
    if (name === 'more') return this.#begin(this.#targetsOf([label]), { adds: true });
    if (name === 'forget') return this.#forget(label);
    if (name === 'own') return this.#own();
    if (name === 'export') return this.#export();
    if (name === 'end') return this.endRound();
    if (!round) return;
    if (name === 'again') this.#setRound(again(round, now));
    if (name === 'skip') this.#setRound(skip(round, now));
    if (name === 'keep') this.#setRound(keep(round, now));
  }

  endRound() {
    if (this.#host.state().round) this.#setRound(null);
  }

  /** @param {File} file */
  async import(file) {
    const { model, modelLabels: labels, taught } = this.#host.state();
    if (!model) return this.#say(t.teaching.startFirst);
    if (file.size > MAX_FILE_BYTES) return this.#say(t.teaching.file.tooLarge);
    const read = readFaces(await file.text(), { model, labels });
    if ('fault' in read) {
      const { kind, label = '' } = read.fault;
      return this.#say(format(t.teaching.file[kind], { name: label }));
    }
    const added = new Set(read.expressions.map(({ label }) => label));
    const all = [...taught.filter(({ label }) => !added.has(label)), ...read.expressions];
    const { teaching } = this.#host.state();
    const own = all.filter(({ label }) => !labels.includes(label));
    if (teaching && own.length > teaching.labels) return this.#say(t.teaching.file.tooMany);
    const isKept = await this.#change(all);
    this.#send({ type: 'forget' });
    this.#teachAll(usable(all, model));
    const text = format(t.teaching.imported, { n: read.expressions.length });
    this.#say(isKept ? text : `${text} ${t.teaching.notKept}`);
  }

  /** The button of the toolbar: whoever has taught nothing begins at once. */
  #open() {
    if (this.#host.state().taught.length > 0) this.#host.page?.openDrawer();
    else this.#startAll();
  }

  #startAll() {
    const { taught, modelLabels } = this.#host.state();
    const labels = inOrder([...modelLabels, ...taught.map(({ label }) => label).filter((each) => !modelLabels.includes(each))]);
    this.#begin(this.#targetsOf(labels));
  }

  /**
   * @param {readonly string[]} labels
   * @returns {RoundTarget[]}
   */
  #targetsOf(labels) {
    const { taught } = this.#host.state();
    return labels.map((label) => {
      const known = taught.find((each) => each.label === label);
      return { label, name: known?.name ?? label, emoji: known?.emoji ?? null };
    });
  }

  #own() {
    const { taught, modelLabels, teaching, settings } = this.#host.state();
    const own = taught.filter(({ label }) => !modelLabels.includes(label));
    if (teaching && own.length >= teaching.labels) return this.#say(format(t.teaching.full, { n: teaching.labels }));
    this.#host.update({ round: null, hold: null });
    this.#views?.dialog.open([...modelLabels, ...taught.map(({ label }) => label)], settings.pack);
  }

  /**
   * @param {readonly RoundTarget[]} targets
   * @param {{holdMs?: number, adds?: boolean}} [how]
   */
  #begin(targets, how) {
    const { phase } = this.#host.state();
    if (phase !== 'live') {
      // With a picture the camera is on, and the connection is missing. The toolbar's button does not open the drawer.
      const text = showsVideo(phase) ? textsOf(phase).title : t.teaching.startFirst;
      this.#host.notice(text, true);
      return this.#say(text);
    }
    // On a phone the drawer covers the face.
    this.#host.page?.closeDrawer();
    this.#setRound(startRound(targets, performance.now(), how));
  }

  /**
   * @param {TeachingRound|null} round
   * @param {boolean} [isAnswer]  to the example that was asked for
   */
  #setRound(round, isAnswer = false) {
    const { round: old } = this.#host.state();
    if (round === old) return;
    clearTimeout(this.#timer);
    if (old?.phase === 'holding' && !isAnswer) this.#unwanted += 1;
    this.#host.update({ round, hold: ringOf(round) });
    if (!round) return;
    if (round.phase === 'holding') this.#host.send({ type: 'example', seconds: round.holdMs / 1000 });
    if (round.phase === 'felt') void this.#teach(round);
    const due = dueAt(round);
    if (due === null) return;
    this.#timer = setTimeout(() => {
      const { round: current } = this.#host.state();
      if (current && !document.hidden) this.#setRound(advance(current, performance.now()));
    }, Math.max(0, due - performance.now()) + 1);
  }

  /** @param {TeachingRound} round  with an example */
  async #teach(round) {
    const { taught, teaching, model } = this.#host.state();
    const step = stepOf(round);
    if (round.example === null || !teaching) return;
    const how = { model, adds: round.adds, most: teaching.examples };
    const old = usable(taught, model).find(({ label }) => label === step.label);
    const all = withExample(taught, step, round.example, how);
    // A label that is full has its last example replaced, which the server cannot: it is taught anew.
    if (old && (!round.adds || old.examples.length >= how.most)) {
      this.#send({ type: 'forget', label: step.label });
      this.#teachAll(all.filter(({ label }) => label === step.label));
    } else this.#send({ type: 'teach', label: step.label, example: round.example });
    if (!await this.#change(all)) this.#host.notice(t.teaching.notKept);
  }

  /** @param {string} label  '' for all */
  async #forget(label) {
    const { taught, modelLabels } = this.#host.state();
    this.#send(label ? { type: 'forget', label } : { type: 'forget' });
    if (!label) this.#host.forgetCalibration();
    const name = modelLabels.includes(label) ? nameOf(label) : label;
    await this.#change(label ? taught.filter((each) => each.label !== label) : []);
    this.#say(label ? format(t.teaching.forgotten, { name }) : t.teaching.forgottenAll);
  }

  #export() {
    const { taught, model } = this.#host.state();
    // Those of an earlier model can be saved too, as long as there are no others; it is also known without a connection.
    const text = facesText(taught, usable(taught, model).length > 0 ? model : taught[0]?.model ?? '');
    saveFile(new File([text], 'emojify-faces.json', { type: 'application/json' }));
    this.#say(format(t.notices.saved, { name: 'emojify-faces.json' }));
  }

  /** @param {readonly TaughtExpression[]} expressions */
  #teachAll(expressions) {
    for (const { label, examples } of expressions) {
      for (const example of examples) this.#send({ type: 'teach', label, example });
    }
  }

  /**
   * @param {readonly TaughtExpression[]} taught
   * @returns {Promise<boolean>} whether it is kept
   */
  #change(taught) {
    this.#host.update({ taught });
    this.#host.remember(taught.length > 0);
    // The resting face of earlier versions counts only while nothing is taught.
    if (this.#host.state().settings.calibration) this.#host.configure();
    return this.#store.save(taught);
  }

  /** @param {string} text  what came of an action */
  #say(text) {
    this.#views?.list.say(text);
  }

  /** @param {Readonly<Record<string, unknown>>} message */
  #send(message) {
    if (this.#host.send(message)) this.#unanswered += 1;
  }
}
