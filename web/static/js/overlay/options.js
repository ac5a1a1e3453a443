// What the address of the overlay asks for: `/overlay?pack=cats&show=face` (docs/overlay.md). Pure.

/** Side of the emoji in hundredths of the window's shorter side: a tilted emoji has room at 80. */
const SIZES = { least: 10, most: 100, usual: 80 };

/**
 * @param {string} query  such as `?pack=cats`
 * @returns {OverlayOptions} the default for whatever is missing or unknown
 */
export function readOptions(query) {
  const values = new URLSearchParams(query);
  const size = Number(values.get('size') ?? NaN);
  return {
    show: oneOf(values.get('show'), /** @type {const} */ (['emoji', 'face', 'picture'])),
    feed: oneOf(values.get('feed'), /** @type {const} */ (['camera', 'tab'])),
    away: oneOf(values.get('away'), /** @type {const} */ (['emoji', 'nothing'])),
    edge: oneOf(values.get('edge'), /** @type {const} */ (['yes', 'no'])) === 'yes',
    mirror: values.has('mirror') ? values.get('mirror') !== 'no' : null,
    pack: values.get('pack'),
    size: Number.isFinite(size) ? Math.min(SIZES.most, Math.max(SIZES.least, size)) : SIZES.usual,
    ground: /^([0-9a-f]{3}|[0-9a-f]{6})$/i.test(values.get('ground') ?? '') ? `#${values.get('ground')}` : null,
  };
}

/**
 * The settings of this browser, with what the address asks for.
 * @param {Settings} settings
 * @param {OverlayOptions} options
 * @returns {Settings}
 */
export function settingsOf(settings, { show, mirror, pack }) {
  return {
    ...settings, mode: show === 'emoji' ? 'beside' : 'face', pack: pack ?? settings.pack, mirror: mirror ?? settings.mirror,
  };
}

/**
 * @template {string} T
 * @param {string|null} value
 * @param {readonly T[]} choices  the first is the default
 * @returns {T}
 */
function oneOf(value, choices) {
  return choices.find((choice) => choice === value) ?? choices[0];
}
