// Reads and writes elements of EBML, the format inside WebM (RFC 8794).

/** @typedef {import('./blob-reader.js').BlobReader} BlobReader */
/** @typedef {{id: number, start: number, body: number, end: number}} Element  positions in bytes */

/** Bytes of the size that is written before each element's content. */
const SIZE_BYTES = 8;

/**
 * @param {BlobReader} reader
 * @param {number} start
 * @returns {Promise<Element>} its end is Infinity if its size is unknown: it ends where the next of its kind begins
 */
export async function elementAt(reader, start) {
  const head = await reader.read(start, Math.min(12, reader.size - start));
  const idBytes = Math.clz32(head.getUint8(0)) - 23;
  if (idBytes > 4) throw new Error('not an EBML element');
  const id = unsigned(head, 0, idBytes);
  const sizeBytes = Math.clz32(head.getUint8(idBytes)) - 23;
  if (sizeBytes > 8) throw new Error('an element without a size');
  const body = start + idBytes + sizeBytes;
  // The first byte begins with the mark of the length. Sizes above 2^53 are not exact, and only the unknown one is as large.
  const highest = (head.getUint8(idBytes) & (0xff >> sizeBytes)) * 256 ** (sizeBytes - 1);
  const size = highest + unsigned(head, idBytes + 1, sizeBytes - 1);
  return { id, start, body, end: size >= 2 ** (7 * sizeBytes) - 1 ? Infinity : body + size };
}

/**
 * @param {DataView} data
 * @param {number} start
 * @param {number} length
 */
export function unsigned(data, start = 0, length = data.byteLength) {
  let value = 0;
  for (let at = start; at < start + length; at += 1) value = value * 256 + data.getUint8(at);
  return value;
}

/**
 * @param {number} id
 * @param {BlobPart[]} parts  its content
 * @returns {BlobPart[]}
 */
export function element(id, parts) {
  const size = new Blob(parts).size;
  const bytes = [0x01, ...whole(size, SIZE_BYTES - 1)];
  const idBytes = Math.ceil((32 - Math.clz32(id)) / 8);
  return [new Uint8Array([...whole(id, idBytes), ...bytes]), ...parts];
}

/**
 * @param {number} value
 * @param {number} length
 * @returns {Uint8Array<ArrayBuffer>} big-endian
 */
export function whole(value, length = 8) {
  return Uint8Array.from({ length }, (_, index) => Math.floor(value / 256 ** (length - 1 - index)) % 256);
}
