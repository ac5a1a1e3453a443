// The form with the settings: shows those in force and reports changes.

import { make, need, setText } from '../dom.js';
import { EXPRESSION_SETTINGS, fromControl } from '../settings/settings.js';
import { format, t } from '../text/i18n.js';
import { packName, percent } from '../text/phrases.js';

/** The step of the frame-rate slider, and its minimum where the server grants as much. */
const FPS_STEP = 1;

export class SettingsForm {
  #form = need('settings', HTMLFormElement);
  #cameras = need('cameras', HTMLSelectElement);
  #facing = need('facing', HTMLElement);
  #teaching = need('teaching', HTMLElement);
  #expressiveness = need('expressiveness', HTMLElement);
  #adapt = need('adapt', HTMLElement);
  /** @type {readonly unknown[]} the parts of the state that are shown */
  #shown = [null];
  /** @type {readonly Device[]|null} */
  #devices = null;
  #defaultPack;

  /** @param {Packs} packs */
  constructor(packs) {
    this.#defaultPack = packs.default;
    need('packs', HTMLElement).append(...packs.packs.map(packChoice));
  }

  /** @param {(changes: Partial<Settings>) => void} listener */
  onChange(listener) {
    this.#form.addEventListener('input', ({ target }) => {
      if (!(target instanceof HTMLInputElement || target instanceof HTMLSelectElement) || !target.name) return;
      const isCheckbox = target instanceof HTMLInputElement && target.type === 'checkbox';
      listener(changeOf(target.name, isCheckbox ? target.checked : target.value, target));
    });
  }

  /** @param {State} state */
  render(state) {
    const { settings, defaults, maxFps, devices, teaching, modelLabels } = state;
    // Every answer makes a new state, but rarely changes what is shown here.
    const shown = [settings, defaults, maxFps, devices, state.device, teaching, modelLabels];
    if (shown.every((each, index) => each === this.#shown[index])) return;
    this.#shown = shown;
    if (devices !== this.#devices) this.#listCameras(devices);
    /** @type {Record<string, unknown>} */
    const values = { ...settings, pack: settings.pack || this.#defaultPack };
    values.fps = Math.min(settings.fps ?? maxFps, maxFps);
    for (const name of EXPRESSION_SETTINGS) values[name] = settings[name] ?? defaults?.[name] ?? 0;
    values.camera = state.device;
    for (const control of /** @type {Iterable<Element>} */ (this.#form.elements)) this.#show(control, values, state);
    this.#facing.hidden = devices.length < 2;
    const hasNeutral = modelLabels.includes('neutral');
    this.#expressiveness.hidden = defaults?.expressiveness === undefined || !hasNeutral;
    this.#adapt.hidden = defaults?.adapt === undefined || !hasNeutral;
    this.#teaching.hidden = teaching === null;
  }

  /**
   * @param {Element} control
   * @param {Record<string, unknown>} values
   * @param {State} state
   */
  #show(control, values, { maxFps, defaults }) {
    if (!(control instanceof HTMLInputElement || control instanceof HTMLSelectElement) || !control.name) return;
    const value = String(values[control.name]);
    if (control instanceof HTMLSelectElement) {
      if (control.value !== value) control.value = value;
    } else if (control.type === 'checkbox') control.checked = values[control.name] === true;
    else if (control.type === 'radio') control.checked = control.value === value;
    else if (control.type === 'range') {
      if (control.name === 'fps') {
        control.min = String(Math.min(FPS_STEP, maxFps));
        control.max = String(maxFps);
        control.disabled = maxFps <= FPS_STEP;
      } else control.disabled = defaults === null;
      if (control.value !== value) control.value = value;
      const output = control.parentElement?.querySelector('output');
      if (output) setText(output, displayed(control.name, Number(values[control.name])));
    }
  }

  /** @param {readonly Device[]} devices */
  #listCameras(devices) {
    this.#devices = devices;
    const options = devices.map(
      ({ id, label }, index) => new Option(label || format(t.cameraName, { n: index + 1 }), id),
    );
    this.#cameras.replaceChildren(...(options.length ? options : [new Option('–', '')]));
  }

}

/**
 * @param {string} name
 * @param {string|boolean} value
 * @param {HTMLInputElement|HTMLSelectElement} control
 * @returns {Partial<Settings>}
 */
function changeOf(name, value, control) {
  // At its end the frame-rate slider sets no maximum.
  if (name === 'fps' && control instanceof HTMLInputElement && Number(value) > Number(control.max) - FPS_STEP) {
    return { fps: null };
  }
  // A direction replaces the choice of one camera.
  return { ...(name === 'facing' && { camera: '' }), ...fromControl(name, value) };
}

/**
 * @param {string} name
 * @param {number} value
 */
function displayed(name, value) {
  if (name === 'fps') return String(value);
  if (name === 'expressiveness') return `${['−', '±', '+'][1 + Math.sign(value)]}${percent(Math.abs(value))}`;
  return name === 'smoothing_s' ? `${value.toFixed(2)} s` : percent(value);
}

/** @param {Pack} pack */
function packChoice(pack) {
  const { id, description = '', emojis } = pack;
  const label = make('label', 'pack');
  const input = make('input', '');
  const image = make('img', 'pack-image');
  Object.assign(input, { type: 'radio', name: 'pack', value: id });
  Object.assign(image, { loading: 'lazy', src: emojis.happy ?? Object.values(emojis)[0] ?? '', alt: '' });
  label.title = description;
  label.append(input, image, make('span', '', packName(pack)));
  return label;
}
