// An animated PNG from still ones, for browsers that encode no WebP (Safari). The chunks as in PNG, third edition, section 11.3.6:
// acTL, then fcTL and the picture data of each still. Pure.

const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);

/**
 * @param {readonly {bytes: Uint8Array, ms: number}[]} stills  PNG files of one size and kind, and for how long each is shown
 * @param {number} side  of the pictures, in pixels
 * @returns {Blob} repeats for ever
 */
export function animatedPng(stills, side) {
  const chunks = stills.map(({ bytes }) => chunksOf(bytes));
  const header = chunks[0].find(({ name }) => name === 'IHDR')?.data ?? new Uint8Array();
  const parts = [SIGNATURE, ...chunk('IHDR', header), ...chunk('acTL', uint32s(stills.length, 0))];
  let sequence = 0;
  stills.forEach(({ ms }, index) => {
    // Size, place, duration in thousandths of a second; it is not disposed of, and the next one replaces it.
    const control = joined(uint32s(sequence, side, side, 0, 0), Uint8Array.of(ms >> 8, ms & 0xff, 1000 >> 8, 1000 & 0xff, 0, 0));
    parts.push(...chunk('fcTL', control));
    sequence += 1;
    for (const { name, data } of chunks[index]) {
      if (name !== 'IDAT') continue;
      // The first picture is the one that programs show which know no animation.
      if (index === 0) parts.push(...chunk('IDAT', data));
      else parts.push(...chunk('fdAT', joined(uint32s(sequence), data)));
      if (index > 0) sequence += 1;
    }
  });
  return new Blob([...parts, ...chunk('IEND', new Uint8Array())], { type: 'image/png' });
}

/**
 * @param {Uint8Array} file
 * @returns {{name: string, data: Uint8Array<ArrayBuffer>}[]}
 */
function chunksOf(file) {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const chunks = [];
  for (let offset = 8; offset + 12 <= file.length;) {
    const length = view.getUint32(offset);
    const name = String.fromCharCode(...file.subarray(offset + 4, offset + 8));
    chunks.push({ name, data: new Uint8Array(file.slice(offset + 8, offset + 8 + length)) });
    offset += 12 + length;
  }
  return chunks;
}

/**
 * @param {string} name
 * @param {Uint8Array<ArrayBuffer>} data
 */
function chunk(name, data) {
  const named = joined(Uint8Array.from(name, (letter) => letter.charCodeAt(0)), data);
  return [uint32s(data.length), named, uint32s(crc32(named))];
}

/** @param {readonly number[]} values */
function uint32s(...values) {
  const bytes = new Uint8Array(4 * values.length);
  const view = new DataView(bytes.buffer);
  values.forEach((value, index) => view.setUint32(4 * index, value));
  return bytes;
}

/**
 * @param {Uint8Array} one
 * @param {Uint8Array} other
 */
function joined(one, other) {
  const bytes = new Uint8Array(one.length + other.length);
  bytes.set(one);
  bytes.set(other, one.length);
  return bytes;
}

/** The checksum of PNG's annex D, a table entry for each byte. */
const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
  return value;
});

/** @param {Uint8Array} bytes */
function crc32(bytes) {
  let value = 0xffffffff;
  for (const byte of bytes) value = TABLE[(value ^ byte) & 0xff] ^ (value >>> 8);
  return (value ^ 0xffffffff) >>> 0;
}
