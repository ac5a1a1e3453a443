// Encodes the video's picture as a JPEG within the server's limits, never mirrored: in a worker where the browser can,
// otherwise on the page's own thread.

import { encodeOnPage } from './page-encoder.js';
import { WorkerEncoder } from './worker-encoder.js';
import { frameSize } from '../scene/geometry.js';

/** Used in turn while frames exceed the server's byte limit; the first nearly always fits. */
const STEPS = [
  { quality: 0.8, shrink: 1 },
  { quality: 0.6, shrink: 1 },
  { quality: 0.6, shrink: 0.7 },
  { quality: 0.5, shrink: 0.5 },
];

export class JpegEncoder {
  #worker = new WorkerEncoder();
  #step = 0;

  /**
   * To be called again only when the last call has ended.
   * @param {HTMLVideoElement} video
   * @param {Limits} limits
   * @param {number} scale  fraction of the full size
   * @returns {Promise<ArrayBuffer|null>} null without a picture, or when it exceeds the limit (the next one is made
   *   smaller)
   */
  async encode(video, limits, scale) {
    if (video.videoWidth === 0 || video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA) return null;
    const { quality, shrink } = STEPS[this.#step];
    const size = frameSize({ w: video.videoWidth, h: video.videoHeight }, limits.frame_pixels, shrink * scale);
    const jpeg = await this.#worker.encode(video, size, quality) ?? await encodeOnPage(video, size, quality);
    if (!jpeg || jpeg.byteLength <= limits.frame_bytes) return jpeg;
    this.#step = Math.min(this.#step + 1, STEPS.length - 1);
    return null;
  }
}
