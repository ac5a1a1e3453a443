// The other faces: a small sticker each, its edge in the colour of the face's box.

import { make, need, setText } from '../dom.js';
import { colourOf } from './slots.js';
import { nameOf } from '../messages/words.js';

/** More would crowd out the big one; the rest have their boxes and tags. */
const MOST = 5;

export class Others {
  #list = need('others', HTMLElement);
  #pictures;
  /** @type {Map<number, {item: HTMLElement, image: HTMLImageElement, name: HTMLElement}>} by id of the face */
  #shown = new Map();

  /** @param {Pictures} pictures */
  constructor(pictures) {
    this.#pictures = pictures;
  }

  /** @param {State} state */
  render({ faces, slots, settings }) {
    const others = settings.mode === 'face' ? [] : faces.slice(1, 1 + MOST);
    const ids = new Set(others.map(({ id }) => id));
    for (const [id, { item }] of this.#shown) {
      if (ids.has(id)) continue;
      item.remove();
      this.#shown.delete(id);
    }
    this.#list.hidden = others.length === 0;
    for (const { id, label } of others) {
      const slot = slots.get(id) ?? 0;
      const { image, name } = this.#shown.get(id) ?? this.#add(id, colourOf(slot, faces.length));
      const address = this.#pictures.addressOf(label);
      if (image.getAttribute('src') !== address) image.src = address;
      setText(name, `${slot + 1}  ${nameOf(label)}`);
    }
  }

  /**
   * @param {number} id
   * @param {string} colour
   */
  #add(id, colour) {
    const item = make('li', 'other');
    const image = make('img', 'other-image');
    const name = make('span', 'other-name');
    image.alt = '';
    item.style.setProperty('--sticker', colour);
    item.append(image, name);
    this.#list.append(item);
    const parts = { item, image, name };
    this.#shown.set(id, parts);
    return parts;
  }
}
