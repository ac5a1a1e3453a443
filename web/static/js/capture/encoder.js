// The picture of the camera as a JPEG within the limits of the server, never mirrored. One canvas, used again.

import { frameSize } from '../scene/geometry.js';

/** Taken one after the other while frames come out heavier than the server allows; the first fits nearly always. */
const STEPS = [
  { quality: 0.8, shrink: 1 },
  { quality: 0.6, shrink: 1 },
  { quality: 0.6, shrink: 0.7 },
  { quality: 0.5, shrink: 0.5 },
];

export class Encoder {
  #canvas = document.createElement('canvas');
  // Read back for every frame: in memory from the start is faster than a trip to the graphics card.
  #context = this.#canvas.getContext('2d', { alpha: false, willReadFrequently: true });
  #step = 0;

  /**
   * @param {HTMLVideoElement} video
   * @param {Limits} limits
   * @param {number} scale  part of the full size
   * @returns {Promise<Blob|null>} null when there is no picture, or this one was too heavy (the next is made lighter)
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

  /** Width of the last picture. */
  get width() {
    return this.#canvas.width;
  }

  /** @param {Size} size */
  #resize({ w, h }) {
    // Setting a size clears the canvas and its memory even when it is the same.
    if (this.#canvas.width !== w) this.#canvas.width = w;
    if (this.#canvas.height !== h) this.#canvas.height = h;
  }
}
