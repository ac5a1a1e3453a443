// Gives the WebM of a MediaRecorder a length and an index (Cues): without them players show no length and cannot seek.
// The encoded pictures stay as they are. The elements: RFC 9559.

// Each read depends on the one before it.
/* oxlint-disable no-await-in-loop */

import { BlobReader } from './blob-reader.js';
import { element, elementAt, unsigned, whole } from './ebml.js';

const SEGMENT = 0x18538067;
const INFO = 0x1549a966;
const DURATION = 0x4489;
const TRACKS = 0x1654ae6b;
const CLUSTER = 0x1f43b675;
const TIMESTAMP = 0xe7;
const SIMPLE_BLOCK = 0xa3;
const BLOCK_GROUP = 0xa0;
const CUES = 0x1c53bb6b;
const CUE_POINT = 0xbb;
const CUE_TIME = 0xb3;
const CUE_TRACK_POSITIONS = 0xb7;
const CUE_TRACK = 0xf7;
const CUE_CLUSTER_POSITION = 0xf1;

/** The elements of a segment that recorders write. A cluster of unknown size ends at one of them. */
const OF_SEGMENT = new Set([INFO, TRACKS, CLUSTER, CUES]);

/** Flag of a simple block that can be decoded without others. */
const KEY = 0x80;

/** Bytes before the content of a cluster, as `element` writes them. */
const CLUSTER_HEAD = 12;

/** @typedef {{body: number, end: number, time: number, beginsWithKey: boolean}} Cluster  time in units of the file */

/**
 * @param {Blob} file  WebM with one track
 * @returns {Promise<Blob>} the file itself if it has a length already
 * @throws {Error} if the file is damaged
 */
export async function withLength(file) {
  const reader = new BlobReader(file);
  const header = await elementAt(reader, 0);
  const segment = await elementAt(reader, header.end);
  if (segment.id !== SEGMENT) throw new Error('not a WebM file');
  /** @type {Map<number, Blob>} */
  const head = new Map();
  /** @type {Cluster[]} */
  const clusters = [];
  /** @type {number[]} when pictures are shown */
  const times = [];
  for (let at = segment.body; at < file.size;) {
    const { id, body, end } = await elementAt(reader, at);
    if (id === CLUSTER) clusters.push(await readCluster(reader, body, Math.min(end, file.size), times));
    else head.set(id, file.slice(body, end));
    if (id === INFO) {
      const known = await readInfo(reader, body, end);
      if (known.duration > 0) return file;
      head.set(INFO, new Blob(known.others.map((each) => file.slice(each.start, each.end))));
    }
    at = id === CLUSTER ? clusters[clusters.length - 1].end : end;
  }
  const info = head.get(INFO);
  const tracks = head.get(TRACKS);
  if (!info || !tracks || times.length === 0) throw new Error('a file without pictures');
  const duration = new DataView(new ArrayBuffer(8));
  duration.setFloat64(0, lengthOf(times));
  const described = [...element(INFO, [info, ...element(DURATION, [duration])]), ...element(TRACKS, [tracks])];
  // The index is as long wherever the clusters begin. Positions count from the beginning of the segment's content.
  const first = new Blob([...described, ...cues(clusters, 0)]).size;
  const pictures = clusters.flatMap(({ body, end }) => element(CLUSTER, [file.slice(body, end)]));
  const content = [...described, ...cues(clusters, first), ...pictures];
  return new Blob([file.slice(0, header.end), ...element(SEGMENT, content)], { type: file.type });
}

/**
 * @param {BlobReader} reader
 * @param {number} body
 * @param {number} limit  where it ends if its size is known
 * @param {number[]} times  gets the times of its pictures
 * @returns {Promise<Cluster>}
 */
async function readCluster(reader, body, limit, times) {
  const cluster = { body, end: body, time: 0, beginsWithKey: false };
  for (let isFirst = true; cluster.end < limit;) {
    const child = await elementAt(reader, cluster.end);
    if (OF_SEGMENT.has(child.id)) break;
    // The recording broke off within a block.
    if (child.end > reader.size) break;
    if (child.id === TIMESTAMP) cluster.time = unsigned(await reader.read(child.body, child.end - child.body));
    if (child.id === SIMPLE_BLOCK || child.id === BLOCK_GROUP) {
      const block = child.id === SIMPLE_BLOCK ? child : await elementAt(reader, child.body);
      // Number of the track in one byte, time relative to the cluster, flags.
      const start = await reader.read(block.body, 4);
      times.push(cluster.time + start.getInt16(1));
      if (isFirst) cluster.beginsWithKey = child.id === SIMPLE_BLOCK && (start.getUint8(3) & KEY) !== 0;
      isFirst = false;
    }
    cluster.end = child.end;
  }
  return cluster;
}

/**
 * The segment's description. Firefox writes a duration of 0.
 * @param {BlobReader} reader
 * @param {number} body
 * @param {number} end
 */
async function readInfo(reader, body, end) {
  let duration = 0;
  const others = [];
  for (let at = body; at < end;) {
    const child = await elementAt(reader, at);
    const length = child.end - child.body;
    if (child.id === DURATION) {
      const value = await reader.read(child.body, length);
      duration = length === 8 ? value.getFloat64(0) : value.getFloat32(0);
    } else others.push(child);
    at = child.end;
  }
  return { duration, others };
}

/**
 * @param {readonly Cluster[]} clusters
 * @param {number} first  position of the first cluster
 */
function cues(clusters, first) {
  let position = first;
  const points = clusters.flatMap(({ body, end, time, beginsWithKey }) => {
    const here = position;
    position += CLUSTER_HEAD + end - body;
    if (!beginsWithKey) return [];
    const place = [...element(CUE_TRACK, [whole(1)]), ...element(CUE_CLUSTER_POSITION, [whole(here)])];
    return element(CUE_POINT, [...element(CUE_TIME, [whole(time)]), ...element(CUE_TRACK_POSITIONS, place)]);
  });
  return element(CUES, points);
}

/**
 * The length of a recording; its last picture is shown as long as the others were on average.
 * @param {readonly number[]} times  of its pictures, not empty
 */
function lengthOf(times) {
  const last = Math.max(...times.slice(-100));
  return last + (times.length > 1 ? (last - times[0]) / (times.length - 1) : 0);
}
