// A small emoji for each face but the largest, edged in the colour of the face's box.

import { make, need, setText } from '../dom.js';
import { colourOf } from './face-numbers.js';
import { nameOf } from '../text/phrases.js';

/** More would leave too little room for the main emoji; every face has a box with a tag anyway. */
export const MAX_EMOJIS = 5;

export class OtherEmojis {
  #list = need('other-faces', HTMLElement);
  #renderer;
  #living;
  /** @type {Map<number, {item: HTMLElement, view: EmojiView, name: HTMLElement, label: string, colour: string}>} by face id */
  #items = new Map();

  /**
   * @param {EmojiRenderer} renderer
   * @param {LivingFaces} living
   */
  constructor(renderer, living) {
    this.#renderer = renderer;
    this.#living = living;
  }

  /** @param {State} state */
  render({ faces, faceNumbers, settings }) {
    const others = settings.mode === 'face' ? [] : faces.slice(1, 1 + MAX_EMOJIS);
    const ids = new Set(others.map(({ id }) => id));
    for (const [id, { item }] of this.#items) {
      if (ids.has(id)) continue;
      item.remove();
      this.#items.delete(id);
    }
    this.#list.hidden = others.length === 0;
    for (const { id, label } of others) {
      const number = faceNumbers.get(id) ?? 0;
      const parts = this.#items.get(id) ?? this.#add(id, colourOf(number, faces.length));
      parts.label = label;
      setText(parts.name, `${number + 1}  ${nameOf(label)}`);
    }
  }

  /** Shows each emoji as its face is now. To be called after `render`, and in each animation frame. */
  animate() {
    for (const [id, { view, label, colour }] of this.#items) view.show(label, this.#living.lookOf(id), colour);
  }

  /**
   * @param {number} id
   * @param {string} colour
   */
  #add(id, colour) {
    const item = make('li', 'other-face');
    const host = make('span', 'other-face-emoji');
    const name = make('span', 'other-face-name');
    item.style.setProperty('--emoji-edge', colour);
    item.append(host, name);
    this.#list.append(item);
    const parts = { item, name, view: this.#renderer.viewIn(host), label: '', colour };
    this.#items.set(id, parts);
    return parts;
  }
}
