// Reads what the fragments (`moof` boxes) of an MP4 file say about its samples. Pure.

import { findBoxes } from './mp4-boxes.js';

/**
 * An encoded picture. `offset` is the time from decoding it to showing it. Times are in units of the track.
 * @typedef {{size: number, duration: number, offset: number, isKey: boolean}} Sample
 */
/**
 * Samples that lie one after the other: the position of the first in the file, and when it is decoded.
 * @typedef {{start: number, at: number, samples: Sample[]}} Run
 */
/** @typedef {{duration: number, size: number, flags: number}} SampleDefaults */

/** Flag of a sample that cannot be decoded without the ones before it. */
const NOT_KEY = 0x10000;

/**
 * @param {DataView} moov
 * @returns {SampleDefaults|null} null if the file has no fragments
 * @throws {Error} if it has several tracks
 */
export function sampleDefaults(moov) {
  const [trex, another] = findBoxes(moov, 'trex');
  if (another) throw new Error('several tracks');
  if (!trex) return null;
  const at = trex.body + 12;
  return { duration: moov.getUint32(at), size: moov.getUint32(at + 4), flags: moov.getUint32(at + 8) };
}

/**
 * @param {DataView} moof
 * @param {number} position  of the box in the file
 * @param {SampleDefaults} ofFile
 * @returns {Run[]}
 */
export function runsOf(moof, position, ofFile) {
  const [tfhd] = findBoxes(moof, 'tfhd');
  const [tfdt] = findBoxes(moof, 'tfdt');
  let at = moof.getUint8(tfdt.body) === 1 ? Number(moof.getBigUint64(tfdt.body + 4)) : moof.getUint32(tfdt.body + 4);
  const flags = moof.getUint32(tfhd.body);
  const base = flags & 1 ? Number(moof.getBigUint64(tfhd.body + 8)) : position;
  const read = optionalFields(moof, flags, tfhd.body + (flags & 1 ? 16 : 8));
  read(2, 0); // which of the sample descriptions: a recording has one
  const defaults = { duration: read(8, ofFile.duration), size: read(16, ofFile.size), flags: read(32, ofFile.flags) };
  return findBoxes(moof, 'trun').map(({ body }) => {
    const run = { at, start: base + moof.getInt32(body + 8), samples: samplesOf(moof, body, defaults) };
    at += durationOf(run.samples);
    return run;
  });
}

/** @param {readonly Sample[]} samples */
export function durationOf(samples) {
  return samples.reduce((sum, { duration }) => sum + duration, 0);
}

/**
 * @param {DataView} moof
 * @param {number} body  of the `trun`
 * @param {SampleDefaults} defaults
 * @returns {Sample[]}
 */
function samplesOf(moof, body, defaults) {
  const flags = moof.getUint32(body) & 0xffffff;
  if (!(flags & 1)) throw new Error('a run that does not say where its data are');
  const read = optionalFields(moof, flags, body + 12);
  const ofFirst = read(4, defaults.flags);
  return Array.from({ length: moof.getUint32(body + 4) }, (_, index) => {
    const duration = read(0x100, defaults.duration);
    const size = read(0x200, defaults.size);
    const isKey = !(read(0x400, index === 0 ? ofFirst : defaults.flags) & NOT_KEY);
    return { duration, size, isKey, offset: read(0x800, 0) | 0 };
  });
}

/**
 * Reads 32-bit fields that are there only if their flag is set.
 * @param {DataView} data
 * @param {number} flags
 * @param {number} start
 */
function optionalFields(data, flags, start) {
  return (/** @type {number} */ flag, /** @type {number} */ otherwise) => {
    if (!(flags & flag)) return otherwise;
    start += 4;
    return data.getUint32(start - 4);
  };
}
