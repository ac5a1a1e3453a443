// The dialog for an expression of one's own: its name, and an emoji of any pack or a picture from a file.

import { make, setText } from '../dom.js';
import { format, t } from '../text/i18n.js';
import { nameOf, packName } from '../text/phrases.js';
import { fetchPicture } from '../scene/fetch-picture.js';
import { isName, MAX_NAME } from './faces-file.js';
import { smallPicture } from './own-picture.js';

export class OwnDialog {
  #packs;
  #onDone;
  #root = make('dialog', 'sheet own');
  #form = make('form', 'own-form');
  #name = make('input', 'own-name');
  #fault = make('p', 'own-fault');
  #choices = make('div', 'own-choices');
  #file = make('input', '');
  /** @type {readonly string[]} */
  #labels = [];

  /**
   * @param {Packs} packs
   * @param {(target: RoundTarget) => void} onDone  called when name and emoji are chosen
   */
  constructor(packs, onDone) {
    this.#packs = packs;
    this.#onDone = onDone;
    const heading = make('h2', '', t.teaching.own.title);
    heading.id = 'own-title';
    this.#root.setAttribute('aria-labelledby', heading.id);
    const label = make('label', 'row');
    Object.assign(this.#name, { type: 'text', maxLength: MAX_NAME, required: true, autocomplete: 'off', id: 'own-name' });
    label.append(make('span', '', t.teaching.own.name), this.#name);
    const emojis = make('fieldset', '');
    emojis.append(make('legend', '', t.teaching.own.emoji), this.#choices);
    this.#fault.setAttribute('role', 'alert');
    Object.assign(this.#file, { type: 'file', accept: 'image/*', hidden: true, id: 'own-file' });
    this.#file.addEventListener('change', () => void this.#takeFile());
    const buttons = make('div', 'buttons');
    const show = make('button', 'button button-main', t.teaching.own.show);
    const picture = make('button', 'button', t.teaching.own.file);
    const cancel = make('button', 'button', t.page.cancel);
    Object.assign(picture, { type: 'button' });
    Object.assign(cancel, { type: 'button' });
    picture.addEventListener('click', () => this.#file.click());
    cancel.addEventListener('click', () => this.#root.close());
    buttons.append(show, cancel);
    this.#form.append(heading, label, emojis, picture, this.#file, this.#fault, buttons);
    this.#form.noValidate = true;
    this.#form.addEventListener('submit', (event) => {
      event.preventDefault();
      this.#submit();
    });
    this.#root.append(this.#form);
    document.body.append(this.#root);
  }

  /**
   * @param {readonly string[]} labels  that are taken
   * @param {string} pack  id of the pack whose emojis come first
   */
  open(labels, pack) {
    this.#labels = labels;
    this.#form.reset();
    setText(this.#fault, '');
    const chosen = this.#packs.packs.find(({ id }) => id === (pack || this.#packs.default)) ?? this.#packs.packs[0];
    const others = this.#packs.packs.filter((each) => each !== chosen);
    // An emoji of the chosen pack is kept by its label, so that it changes with the pack; others as a picture.
    this.#choices.replaceChildren(
      ...emojisOf(chosen).map(([label, url]) => choice(label, url, nameOf(label))),
      ...others.flatMap((each) => emojisOf(each).map(([label, url]) => choice('', url, `${packName(each)}: ${nameOf(label)}`))),
    );
    this.#root.showModal();
    this.#name.focus();
  }

  #submit() {
    const name = this.#name.value.trim().replace(/\s+/g, ' ');
    const lower = name.toLocaleLowerCase();
    if (!isName(name)) return this.#refuse(format(t.teaching.own.badName, { n: MAX_NAME }));
    if (this.#labels.some((label) => [label, nameOf(label)].some((each) => each.toLocaleLowerCase() === lower))) {
      return this.#refuse(format(t.teaching.own.taken, { name }));
    }
    const chosen = this.#choices.querySelector('input:checked');
    const emoji = chosen instanceof HTMLInputElement ? chosen.value || chosen.dataset.picture : undefined;
    if (!chosen || emoji !== undefined) return this.#finish(name, emoji ?? null);
    const address = chosen.parentElement?.querySelector('img')?.src ?? '';
    void fetchPicture(address).then(smallPicture).catch(() => null).then((picture) => this.#finish(name, picture));
  }

  /**
   * @param {string} name
   * @param {string|null} emoji
   */
  #finish(name, emoji) {
    // It was closed, or sent twice, while the picture was loaded.
    if (!this.#root.open) return;
    this.#root.close();
    this.#onDone({ label: name, name, emoji });
  }

  /** @param {string} text */
  #refuse(text) {
    setText(this.#fault, text);
    this.#name.focus();
  }

  async #takeFile() {
    const [file] = this.#file.files ?? [];
    this.#file.value = '';
    if (!file) return;
    const picture = await smallPicture(file);
    if (!picture) return setText(this.#fault, t.teaching.own.badFile);
    setText(this.#fault, '');
    const own = choice('', picture, t.teaching.own.mine);
    const input = own.querySelector('input');
    if (input) {
      input.dataset.picture = picture;
      input.checked = true;
    }
    this.#choices.prepend(own);
    own.scrollIntoView({ block: 'nearest' });
  }
}

/**
 * The emojis of a pack that show a face.
 * @param {Pack} pack
 */
function emojisOf({ emojis }) {
  return Object.entries(emojis).filter(([label]) => label !== 'no-face' && label !== 'unsure');
}

/**
 * @param {string} value  a label; '' for a picture
 * @param {string} url
 * @param {string} words  for screen readers
 */
function choice(value, url, words) {
  const label = make('label', 'own-choice');
  const input = make('input', '');
  const image = make('img', '');
  Object.assign(input, { type: 'radio', name: 'emoji', value, ariaLabel: words });
  Object.assign(image, { src: url, alt: '', loading: 'lazy' });
  label.title = words;
  label.append(input, image);
  return label;
}
