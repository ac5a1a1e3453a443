// An animated WebP from still ones: browsers encode only those. The container as in RFC 9649, section 2.7: VP8X and ANIM, then
// the picture data of each still in an ANMF chunk. Pure.

/** Chunks of a still that have its picture: alpha and lossy colours, or both lossless. */
const PICTURE = new Set(['ALPH', 'VP8 ', 'VP8L']);

const ANIMATION = 0x02;
const ALPHA = 0x10;

/** A frame replaces the one before and is removed after its time. Safari leaves traces of frames that are blended. */
const REPLACE = 0x02 | 0x01;

/**
 * @param {readonly {bytes: Uint8Array, ms: number}[]} stills  WebP files of one size with alpha, and for how long each is shown
 * @param {number} side  of the pictures, in pixels
 * @returns {Blob} repeats for ever
 */
export function animatedWebp(stills, side) {
  const header = chunk('VP8X', [Uint8Array.of(ANIMATION | ALPHA, 0, 0, 0), uint24(side - 1), uint24(side - 1)]);
  // Background (transparent) and repetitions (0: for ever).
  const animation = chunk('ANIM', [new Uint8Array(6)]);
  const frames = stills.flatMap(({ bytes, ms }) => chunk('ANMF', [
    uint24(0), uint24(0), uint24(side - 1), uint24(side - 1), uint24(ms), Uint8Array.of(REPLACE), ...pictureOf(bytes),
  ]));
  const body = [ascii('WEBP'), ...header, ...animation, ...frames];
  return new Blob([ascii('RIFF'), uint32(lengthOf(body)), ...body], { type: 'image/webp' });
}

/**
 * @param {Uint8Array} file  a still WebP
 * @returns {Uint8Array<ArrayBuffer>[]} its chunks with the picture, headers included
 */
function pictureOf(file) {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const parts = [];
  for (let offset = 12; offset + 8 <= file.length;) {
    const name = String.fromCharCode(...file.subarray(offset, offset + 4));
    const end = offset + 8 + padded(view.getUint32(offset + 4, true));
    if (PICTURE.has(name)) parts.push(new Uint8Array(file.slice(offset, end)));
    offset = end;
  }
  if (parts.length === 0) throw new Error('a still WebP has no picture chunk');
  return parts;
}

/**
 * @param {string} name  of four letters
 * @param {readonly Uint8Array<ArrayBuffer>[]} parts
 */
function chunk(name, parts) {
  const length = lengthOf(parts);
  return [ascii(name), uint32(length), ...parts, new Uint8Array(padded(length) - length)];
}

/** @param {number} length  chunks begin at even places */
function padded(length) {
  return length + (length % 2);
}

/** @param {readonly Uint8Array[]} parts */
function lengthOf(parts) {
  return parts.reduce((sum, { length }) => sum + length, 0);
}

/** @param {string} text */
function ascii(text) {
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}

/** @param {number} value */
function uint24(value) {
  return Uint8Array.of(value & 0xff, (value >> 8) & 0xff, (value >> 16) & 0xff);
}

/** @param {number} value */
function uint32(value) {
  return Uint8Array.of(value & 0xff, (value >> 8) & 0xff, (value >> 16) & 0xff, value >>> 24);
}
