// Colours between colours: mixed in Oklab, in which equal steps look equal, and kept from turning grey. Pure.
// Björn Ottosson, "A perceptual color space for image processing" (2020), https://bottosson.github.io/posts/oklab/.

// The same figures as in server/render/colour_blend.py: of the chroma that mixing loses, the share that is given back; and
// the chroma at which half of that is.
const KEPT_CHROMA = 0.8;
const GREY_CHROMA = 0.02;

/**
 * @param {string} colour  #rrggbb
 * @returns {[number, number, number]}
 */
export function toLab(colour) {
  const [r, g, b] = [1, 3, 5].map((at) => toLinear(parseInt(colour.slice(at, at + 2), 16) / 255));
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}

/**
 * Mixes the colours of all expressions by their shares.
 * @param {Rig['colours'][number]} colour
 * @param {Float64Array} shares
 */
export function mixed({ labs, constant }, shares) {
  if (constant) return constant;
  let [lightness, a, b, mean] = [0, 0, 0, 0];
  for (let index = 0; index < shares.length; index++) {
    if (!shares[index]) continue;
    const [x, y] = [labs[3 * index + 1], labs[3 * index + 2]];
    lightness += shares[index] * labs[3 * index];
    a += shares[index] * x;
    b += shares[index] * y;
    mean += shares[index] * Math.hypot(x, y);
  }
  // Opposite colours mix to a grey, which says nothing: keep most of the chroma that they have.
  const chroma = Math.hypot(a, b);
  const kept = (KEPT_CHROMA * chroma) / (chroma + GREY_CHROMA);
  const factor = 1 + kept * (mean / Math.max(chroma, 1e-6) - 1);
  a *= factor;
  b *= factor;
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const red = toByte(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s);
  const green = toByte(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s);
  const blue = toByte(-0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s);
  return `rgb(${red},${green},${blue})`;
}

/** @param {number} value */
function toLinear(value) {
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
}

/** @param {number} linear */
function toByte(linear) {
  const value = Math.min(1, Math.max(0, linear));
  return Math.round(255 * (value <= 0.0031308 ? 12.92 * value : 1.055 * value ** (1 / 2.4) - 0.055));
}
