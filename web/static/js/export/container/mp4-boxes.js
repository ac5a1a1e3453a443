// Reads and writes the boxes of an MP4 file (ISO/IEC 14496-12). Pure.

/** @typedef {{type: string, start: number, body: number, end: number}} Box  positions in bytes */

/** Boxes that only contain boxes, of those that a recording has. */
const CONTAINERS = new Set(['moov', 'trak', 'mdia', 'minf', 'stbl', 'mvex', 'moof', 'traf']);

/**
 * The box at a position.
 * @param {DataView} data  at least 8 bytes from there, 16 for a box with a 64-bit size
 * @param {number} start
 * @returns {Box}
 */
export function boxAt(data, start) {
  let size = data.getUint32(start);
  let body = start + 8;
  if (size === 1) {
    size = Number(data.getBigUint64(body));
    body += 8;
  }
  if (size < body - start) throw new Error('a box of an impossible size');
  const type = String.fromCharCode(...[4, 5, 6, 7].map((at) => data.getUint8(start + at)));
  return { type, start, body, end: start + size };
}

/**
 * @param {DataView} data
 * @param {number} start
 * @param {number} end
 * @returns {Box[]} that lie one after the other
 */
export function boxesIn(data, start = 0, end = data.byteLength) {
  const boxes = [];
  for (let at = start; at + 8 <= end; at = boxes[boxes.length - 1].end) boxes.push(boxAt(data, at));
  return boxes;
}

/**
 * @param {DataView} data
 * @param {string} type
 * @param {number} start
 * @param {number} end
 * @returns {Box[]} of that type, at any depth
 */
export function findBoxes(data, type, start = 0, end = data.byteLength) {
  /** @type {Box[]} */
  const found = [];
  for (const each of boxesIn(data, start, end)) {
    if (each.type === type) found.push(each);
    if (CONTAINERS.has(each.type)) found.push(...findBoxes(data, type, each.body, each.end));
  }
  return found;
}

/**
 * A copy of the boxes, with some left out and some replaced.
 * @param {DataView} data
 * @param {(box: Box) => BlobPart[]|null} change  the parts in place of a box; null to keep it
 * @param {Record<string, BlobPart[]>} added  by type of a container: parts at its end
 * @param {number} start
 * @param {number} end
 * @returns {BlobPart[]}
 */
export function copyBoxes(data, change, added, start = 0, end = data.byteLength) {
  return boxesIn(data, start, end).flatMap((each) => {
    const changed = change(each);
    if (changed) return changed;
    if (!CONTAINERS.has(each.type)) return [copyOf(data, each.start, each.end)];
    return box(each.type, [...copyBoxes(data, change, added, each.body, each.end), ...(added[each.type] ?? [])]);
  });
}

/**
 * @param {DataView} data
 * @param {number} start
 * @param {number} end
 * @returns {DataView<ArrayBuffer>} a copy of that part
 */
export function copyOf(data, start = 0, end = data.byteLength) {
  const buffer = /** @type {ArrayBuffer} */ (data.buffer);
  return new DataView(buffer.slice(data.byteOffset + start, data.byteOffset + end));
}

/**
 * @param {string} type
 * @param {BlobPart[]} parts  its content
 * @returns {BlobPart[]}
 */
export function box(type, parts) {
  return [numbers(8 + sizeOf(parts)), new TextEncoder().encode(type), ...parts];
}

/**
 * A box that is a table: version, number of rows, rows of 32-bit numbers.
 * @param {string} type
 * @param {number[]} values
 * @param {number} columns
 * @param {number} version
 */
export function table(type, values, columns, version = 0) {
  return box(type, [numbers(version << 24, values.length / columns, ...values)]);
}

/**
 * @param {...number} values
 * @returns {DataView<ArrayBuffer>} as 32-bit numbers; negative ones in two's complement
 */
export function numbers(...values) {
  const view = new DataView(new ArrayBuffer(4 * values.length));
  values.forEach((value, index) => view.setUint32(4 * index, value));
  return view;
}

/** @param {BlobPart[]} parts */
export function sizeOf(parts) {
  return new Blob(parts).size;
}
