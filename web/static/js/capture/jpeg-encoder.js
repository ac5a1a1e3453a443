// Encodes the video's picture as a JPEG within the server's limits, never mirrored. Reuses one canvas.

import { frameSize } from '../scene/geometry.js';

/** Used in turn while frames exceed the server's byte limit; the first nearly always fits. */
const STEPS = [
  { quality: 0.8, shrink: 1 },
  { quality: 0.6, shrink: 1 },
  { quality: 0.6, shrink: 0.7 },
  { quality: 0.5, shrink: 0.5 },
];

export class JpegEncoder {
  #canvas = document.createElement('canvas');
  // Every frame is read back, which is faster from memory than from the graphics card.
  #context = this.#canvas.getContext('2d', { alpha: false, willReadFrequently: true });
  #step = 0;

  /**
   * @param {HTMLVideoElement} video
   * @param {Limits} limits
   * @param {number} scale  fraction of the full size
   * @returns {Promise<Blob|null>} null without a picture, or when it exceeds the limit (the next one is made smaller)
   */
  async encode(video, limits, scale) {
    if (!this.#context || video.videoWidth === 0) return null;
    const { quality, shrink } = STEPS[this.#step];
    const size = frameSize({ w: video.videoWidth, h: video.videoHeight }, limits.frame_pixels, shrink * scale);
    this.#resize(size);
    this.#context.drawImage(video, 0, 0, size.w, size.h);
    const jpeg = await new Promise((resolve) => this.#canvas.toBlob(resolve, 'image/jpeg', quality));
    if (!jpeg || jpeg.size <= limits.frame_bytes) return jpeg;
    this.#step = Math.min(this.#step + 1, STEPS.length - 1);
    return null;
  }

  /** @param {Size} size */
  #resize({ w, h }) {
    // Setting a size reallocates the canvas even when it is the same.
    if (this.#canvas.width !== w) this.#canvas.width = w;
    if (this.#canvas.height !== h) this.#canvas.height = h;
  }
}
