// The files of a MediaRecorder get a length and an index. Run by test_page_modules.py. The files are written here as
// Chromium writes them; test_export.py checks a real one with FFmpeg.

import assert from 'node:assert/strict';
import test from 'node:test';

const {seekable} = await import(new URL('../../web/static/js/export/container/seekable.js', import.meta.url));

const u32 = (...values) => Buffer.concat(values.map(value => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}));
const box = (type, ...parts) => {
  const content = Buffer.concat(parts.map(part => (typeof part === 'string' ? Buffer.from(part) : part)));
  return Buffer.concat([u32(8 + content.length), Buffer.from(type), content]);
};

/** A track of 30000 units a second in a movie of 1000. */
const MOOV = box('moov',
  box('mvhd', u32(0, 1, 1, 1000, 0), Buffer.alloc(80)),
  box('trak',
    box('tkhd', u32(3, 1, 1, 1, 0, 0), Buffer.alloc(60)),
    box('mdia', box('mdhd', u32(0, 1, 1, 30000, 0, 0)),
      box('minf', box('stbl', box('stsd', 'avc1'), box('stts', u32(0, 0)), box('stco', u32(0, 0)))))),
  box('mvex', box('trex', u32(0, 1, 1, 0, 0, 0))));

/** Samples as texts: the first is a key frame, each lasts 1000 units. `at` is when the first is decoded. */
function fragment(at, ...samples) {
  const rows = Buffer.concat(samples.map(sample => u32(1000, sample.length)));
  const moof = offset => box('moof', box('mfhd', u32(0, 1)), box('traf',
    box('tfhd', u32(0x20020, 1, 0x1010000)), box('tfdt', u32(0x1000000, 0, at)),
    box('trun', u32(0x305, samples.length, offset, 0x2000000), rows)));
  return Buffer.concat([moof(moof(0).length + 8), box('mdat', ...samples)]);
}

const file = (type, ...parts) => new Blob(parts, {type});
const bytesOf = async blob => Buffer.from(await blob.arrayBuffer());

/** The numbers of a table after its head. */
function table(bytes, type) {
  const start = bytes.indexOf(type) - 4;
  const end = start + bytes.readUInt32BE(start);
  return Array.from({length: (end - start - 12) / 4}, (_, index) => bytes.readUInt32BE(start + 12 + 4 * index));
}

test('a fragmented MP4 becomes an ordinary one with its length and an index', async () => {
  const recorded = file('video/mp4', box('ftyp', 'isom'), MOOV, fragment(0, 'Key', 'next'), fragment(2500, 'Second'));
  const mended = await seekable(recorded);
  const bytes = await bytesOf(mended);
  assert.equal(mended.type, 'video/mp4');
  assert.equal(bytes.indexOf('moof'), -1);
  assert.equal(bytes.indexOf('mvex'), -1);
  // The second picture lasts until the third, which came late: 1000 + 1500 + 1000 units.
  assert.deepEqual(table(bytes, 'stts'), [3, 1, 1000, 1, 1500, 1, 1000]);
  assert.deepEqual(table(bytes, 'stss'), [2, 1, 3]);
  assert.deepEqual(table(bytes, 'stsz').slice(1), [3, 3, 4, 6]);
  assert.deepEqual(table(bytes, 'stsc'), [2, 1, 2, 1, 2, 1, 1]);
  const chunks = table(bytes, 'stco').slice(1);
  assert.deepEqual([bytes.toString('latin1', chunks[0], chunks[0] + 7), bytes.toString('latin1', chunks[1])],
    ['Keynext', 'Second']);
  const duration = (type, at) => bytes.readUInt32BE(bytes.indexOf(type) + 4 + at);
  assert.deepEqual([duration('mdhd', 16), duration('mvhd', 16), duration('tkhd', 20)], [3500, 117, 117]);
});

test('an MP4 without fragments stays as it is, and so does one that is damaged', async context => {
  const warn = context.mock.method(console, 'warn', () => {});
  const ordinary = file('video/mp4', box('ftyp', 'isom'), box('moov', box('mvhd', Buffer.alloc(100))), box('mdat', 'x'));
  assert.equal(await seekable(ordinary), ordinary);
  assert.equal(warn.mock.callCount(), 0);
  const damaged = [
    file('video/mp4', 'rubbish'), file('video/mp4', Buffer.alloc(100)), file('video/mp4', box('ftyp', 'isom'), MOOV),
    file('video/mp4', box('ftyp', 'isom'), MOOV, fragment(0, 'Key').subarray(0, 60)),
    file('video/webm', 'rubbish'), file('video/webm', Buffer.alloc(100)),
  ];
  const mended = await Promise.all(damaged.map(seekable));
  assert.ok(mended.every((each, index) => each === damaged[index]));
  assert.equal(warn.mock.callCount(), 6);
});

/** An EBML element with a size of one byte, or of unknown size as a browser writes it. */
const known = (id, ...parts) => Buffer.concat([Buffer.from(id, 'hex'), Buffer.from([0x80 + Buffer.concat(parts).length]), ...parts]);
const unknown = (id, ...parts) => Buffer.concat([Buffer.from(`${id}01ffffffffffffff`, 'hex'), ...parts]);
const block = (time, isKey) => known('a3', Buffer.from([0x81, 0, time, isKey ? 0x80 : 0, 1, 2, 3]));
const cluster = (time, ...blocks) => unknown('1f43b675', known('e7', Buffer.from([time])), ...blocks);

/** The elements of `data`: [id in hex, content]. Every size has 8 bytes, as it is written. */
function elements(data) {
  const found = [];
  for (let at = 0; at < data.length;) {
    const idBytes = Math.clz32(data[at]) - 23;
    const size = Number(data.readBigUInt64BE(at + idBytes) - (1n << 56n));
    found.push([data.toString('hex', at, at + idBytes), data.subarray(at + idBytes + 8, at + idBytes + 8 + size), at]);
    at += idBytes + 8 + size;
  }
  return found;
}

test('a WebM gets its length and an index of its clusters', async () => {
  const head = known('1a45dfa3', Buffer.from('x'));
  const recorded = file('video/webm', head, unknown('18538067', known('1549a966', Buffer.from('2ad7b1830f4240', 'hex')),
    known('1654ae6b', Buffer.from('track')), cluster(0, block(0, true), block(40)), cluster(80, block(0, true), block(40))));
  const bytes = await bytesOf(await seekable(recorded));
  const [[, segment]] = elements(bytes.subarray(head.length));
  const [info, tracks, cues, first, second, ...rest] = elements(segment);
  assert.deepEqual([info[0], tracks[0], cues[0], first[0], second[0], rest.length],
    ['1549a966', '1654ae6b', '1c53bb6b', '1f43b675', '1f43b675', 0]);
  assert.equal(info[1].readDoubleBE(info[1].length - 8), 160, 'the last picture lasts as long as the others');
  const points = elements(cues[1]).map(([, point]) => {
    const [[, time], [, place]] = elements(point);
    return [Number(time.readBigUInt64BE()), Number(elements(place)[1][1].readBigUInt64BE())];
  });
  assert.deepEqual(points, [[0, first[2]], [80, second[2]]]);
  assert.deepEqual(first[1].subarray(-9), block(40));
});

test('a WebM that has a length stays as it is; a length of 0, as in Firefox, is none', async () => {
  const withDuration = seconds => {
    const duration = Buffer.alloc(8);
    duration.writeDoubleBE(seconds * 1000);
    const info = known('1549a966', known('4489', duration), known('2ad7b1', Buffer.from('0f4240', 'hex')));
    // Firefox writes each size in eight bytes.
    const head = Buffer.concat([Buffer.from('1a45dfa30100000000000001', 'hex'), Buffer.from('x')]);
    return file('video/webm', head, unknown('18538067', info, known('1654ae6b'), cluster(0, block(0, true), block(40))));
  };
  const recorded = withDuration(2);
  assert.equal(await seekable(recorded), recorded);
  const bytes = await bytesOf(await seekable(withDuration(0)));
  const [[, segment]] = elements(bytes.subarray(13));
  const [[, info]] = elements(segment);
  assert.deepEqual(info.toString('hex'), '2ad7b1830f4240448901000000000000084054000000000000', '80 ms');
});
