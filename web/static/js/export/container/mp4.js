// Turns the fragmented MP4 of a MediaRecorder into an ordinary one. A fragmented file has no length and no index: players
// show 0:00, cannot seek, or refuse it. The encoded pictures stay as they are.

// Each read depends on the one before it.
/* oxlint-disable no-await-in-loop */

import { BlobReader } from './blob-reader.js';
import { box, boxAt, copyBoxes, copyOf, findBoxes, numbers, sizeOf, table } from './mp4-boxes.js';
import { durationOf, runsOf, sampleDefaults } from './mp4-fragments.js';

/** @typedef {import('./mp4-fragments.js').Run} Run */
/** @typedef {import('./mp4-fragments.js').Sample} Sample */

/** Boxes of a fragmented `moov` that announce fragments, describe their times, or are empty tables. */
const REPLACED = new Set(['mvex', 'edts', 'stts', 'stss', 'ctts', 'stsc', 'stsz', 'stco', 'co64']);

/**
 * @param {Blob} file  MP4 with one track
 * @returns {Promise<Blob>} with its length and an index at the beginning; the file itself if it is not fragmented
 * @throws {Error} if the file is damaged or has several tracks
 */
export async function unfragmented(file) {
  const reader = new BlobReader(file);
  /** @type {Run[]} */
  const runs = [];
  /** @type {Record<string, DataView<ArrayBuffer>>} */
  const head = {};
  let defaults = null;
  for (let start = 0; start + 8 <= file.size;) {
    const { type, end: size } = boxAt(await reader.read(start, Math.min(16, file.size - start)), 0);
    const whole = async () => copyOf(await reader.read(start, size));
    if (type === 'ftyp' || type === 'moov') head[type] = await whole();
    if (type === 'moov') {
      defaults = sampleDefaults(head.moov);
      if (!defaults) return file;
    }
    if (type === 'moof' && defaults) runs.push(...runsOf(await whole(), start, defaults));
    start += size;
  }
  if (!head.ftyp || runs.length === 0) throw new Error('a file without pictures');
  return assembled(file, head.ftyp, head.moov, runs);
}

/**
 * @param {Blob} file
 * @param {DataView<ArrayBuffer>} ftyp
 * @param {DataView<ArrayBuffer>} moov
 * @param {readonly Run[]} runs
 */
function assembled(file, ftyp, moov, runs) {
  const samples = runs.flatMap((run, index) => untilNext(run, runs[index + 1]));
  const sizes = runs.map((run) => run.samples.reduce((sum, { size }) => sum + size, 0));
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const index = (/** @type {number} */ first) => indexed(moov, samples, sampleTables(samples, runs, sizes, first));
  // The index is as long wherever the data begin.
  const first = ftyp.byteLength + sizeOf(index(0)) + 8;
  if (first + total >= 2 ** 32) throw new Error('a file of more than 4 GB');
  const data = runs.map(({ start }, number) => file.slice(start, start + sizes[number]));
  return new Blob([ftyp, ...index(first), ...box('mdat', data)], { type: file.type });
}

/**
 * The samples of a run, the last of them lasting until the next run: that may begin later than this one ends.
 * @param {Run} run
 * @param {Run|undefined} next
 * @returns {Sample[]}
 */
function untilNext({ at, samples }, next) {
  const last = samples[samples.length - 1];
  const gap = next && last ? next.at - at - durationOf(samples) : 0;
  return last ? [...samples.slice(0, -1), { ...last, duration: Math.max(0, last.duration + gap) }] : [];
}

/**
 * `moov` with the length of the recording and with the tables of its samples.
 * @param {DataView<ArrayBuffer>} moov
 * @param {readonly Sample[]} samples
 * @param {BlobPart[]} tables
 */
function indexed(moov, samples, tables) {
  const duration = durationOf(samples);
  const [ofMovie] = findBoxes(moov, 'mvhd');
  const [ofTrack] = findBoxes(moov, 'mdhd');
  const inMovie = Math.round((duration * timeScale(moov, ofMovie.body)) / timeScale(moov, ofTrack.body));
  return copyBoxes(moov, (each) => {
    if (REPLACED.has(each.type)) return [];
    if (!['mvhd', 'mdhd', 'tkhd'].includes(each.type)) return null;
    const header = copyOf(moov, each.start, each.end);
    const isLong = header.getUint8(8) === 1;
    // After the size, the type, the version, two dates and the time scale; in `tkhd` after the track's number and a gap.
    const at = (isLong ? 28 : 20) + (each.type === 'tkhd' ? 8 : 4);
    const value = each.type === 'mdhd' ? duration : inMovie;
    if (isLong) header.setBigUint64(at, BigInt(value));
    else header.setUint32(at, value);
    return [header];
  }, { stbl: tables });
}

/**
 * The tables that say where each sample lies and when it is shown.
 * @param {readonly Sample[]} samples
 * @param {readonly Run[]} runs  each becomes a chunk
 * @param {readonly number[]} sizes  of the runs in bytes
 * @param {number} first  position of the first sample in the new file
 */
function sampleTables(samples, runs, sizes, first) {
  const keys = samples.flatMap(({ isKey }, index) => (isKey ? [index + 1] : []));
  const offsets = samples.map(({ offset }) => offset);
  const perChunk = runs.flatMap((run, index) => (run.samples.length === runs[index - 1]?.samples.length
    ? [] : [index + 1, run.samples.length, 1]));
  let position = first;
  const chunks = sizes.map((bytes) => (position += bytes) - bytes);
  return [
    ...table('stts', counted(samples.map(({ duration }) => duration)), 2),
    ...table('stss', keys, 1),
    ...(offsets.some(Boolean) ? table('ctts', counted(offsets), 2, 1) : []),
    ...table('stsc', perChunk, 3),
    ...box('stsz', [numbers(0, 0, samples.length, ...samples.map(({ size }) => size))]),
    ...table('stco', chunks, 1),
  ];
}

/**
 * @param {readonly number[]} values
 * @returns {number[]} pairs: how often a value comes in a row, and the value
 */
function counted(values) {
  /** @type {number[]} */
  const pairs = [];
  for (const value of values) {
    if (value === pairs[pairs.length - 1]) pairs[pairs.length - 2] += 1;
    else pairs.push(1, value);
  }
  return pairs;
}

/**
 * @param {DataView} moov
 * @param {number} body  of `mvhd` or `mdhd`
 */
function timeScale(moov, body) {
  return moov.getUint32(body + (moov.getUint8(body) === 1 ? 20 : 12));
}
