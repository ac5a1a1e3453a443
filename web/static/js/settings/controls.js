// The settings' form: shows what is in force, and what there is to choose from.

import { make, need, setText } from '../dom.js';
import { say, t } from '../messages/i18n.js';
import { fromControl, TUNING } from './settings.js';
import { percent } from '../messages/words.js';

export class Controls {
  #form = need('settings', HTMLFormElement);
  #cameras = need('cameras', HTMLSelectElement);
  #facing = need('facing', HTMLElement);
  #rest = need('rest-text', HTMLElement);
  #learn = need('learn', HTMLButtonElement);
  #forget = need('forget', HTMLButtonElement);
  #myFace = need('my-face', HTMLElement);
  /** @type {readonly unknown[]} */
  #seen = [null];
  /** @type {readonly Device[]|null} */
  #devices = null;
  #standard;

  /** @param {Packs} packs */
  constructor(packs) {
    this.#standard = packs.default;
    need('packs', HTMLElement).append(...packs.packs.map(packChoice));
  }

  /** @param {(changes: Partial<Settings>) => void} set */
  onChange(set) {
    this.#form.addEventListener('input', ({ target }) => {
      if (!(target instanceof HTMLInputElement || target instanceof HTMLSelectElement) || !target.name) return;
      const isBox = target instanceof HTMLInputElement && target.type === 'checkbox';
      // At its end the slider of the frame rate is no ceiling.
      const isFree = target.name === 'fps' && target.value === /** @type {HTMLInputElement} */ (target).max;
      // Who chooses a side means no camera by its name.
      const freed = target.name === 'facing' ? { camera: '' } : {};
      set(isFree ? { fps: null } : { ...freed, ...fromControl(target.name, isBox ? target.checked : target.value) });
    });
  }

  /** @param {State} state */
  render(state) {
    const { settings, defaults, mostFps, devices } = state;
    // With every answer there is a new state, but seldom one that is seen here.
    const seen = [settings, defaults, mostFps, devices, state.device, state.learning, state.canRest];
    if (seen.every((each, index) => each === this.#seen[index])) return;
    this.#seen = seen;
    if (devices !== this.#devices) this.#list(devices);
    /** @type {Record<string, unknown>} */
    const values = { ...settings, pack: settings.pack || this.#standard };
    values.fps = Math.min(settings.fps ?? mostFps, mostFps);
    for (const name of TUNING) values[name] = settings[name] ?? defaults?.[name] ?? 0;
    values.camera = state.device;
    for (const control of /** @type {Iterable<Element>} */ (this.#form.elements)) this.#show(control, values, state);
    this.#facing.hidden = devices.length < 2;
    this.#resting(state);
  }

  /**
   * @param {Element} control
   * @param {Record<string, unknown>} values
   * @param {State} state
   */
  #show(control, values, { mostFps, defaults }) {
    if (!(control instanceof HTMLInputElement || control instanceof HTMLSelectElement) || !control.name) return;
    const value = String(values[control.name]);
    if (control instanceof HTMLSelectElement) {
      if (control.value !== value) control.value = value;
    } else if (control.type === 'checkbox') control.checked = values[control.name] === true;
    else if (control.type === 'radio') control.checked = control.value === value;
    else if (control.type === 'range') {
      if (control.name === 'fps') control.max = String(mostFps);
      else control.disabled = defaults === null;
      if (control.value !== value) control.value = value;
      const output = control.parentElement?.querySelector('output');
      if (output) setText(output, shownValue(control.name, Number(values[control.name])));
    }
  }

  /** @param {readonly Device[]} devices */
  #list(devices) {
    this.#devices = devices;
    const named = devices.map(({ id, label }, index) => new Option(label || say(t.cameraName, { n: index + 1 }), id));
    this.#cameras.replaceChildren(...(named.length ? named : [new Option('–', '')]));
  }

  /** @param {State} state */
  #resting({ settings, learning, canRest }) {
    this.#myFace.hidden = !canRest;
    const words = t.resting[learning?.kind ?? (settings.resting ? 'on' : 'off')];
    const looking = learning?.kind === 'looking';
    setText(this.#rest, looking ? say(words, { n: learning.left }) : words);
    this.#learn.disabled = looking;
    this.#forget.hidden = settings.resting === null;
  }
}

/**
 * @param {string} name
 * @param {number} value
 */
function shownValue(name, value) {
  if (name === 'fps') return String(value);
  return name === 'smoothing_s' ? `${value.toFixed(2)} s` : percent(value);
}

/** @param {Pack} pack */
function packChoice({ id, name, description = '', emojis }) {
  const label = make('label', 'pack');
  const input = make('input', '');
  const image = make('img', 'pack-image');
  Object.assign(input, { type: 'radio', name: 'pack', value: id });
  Object.assign(image, { src: emojis.happy ?? Object.values(emojis)[0] ?? '', alt: '' });
  label.title = description;
  label.append(input, image, make('span', '', name));
  return label;
}
