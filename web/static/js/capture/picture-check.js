// Looks at the camera's picture while no face is found in it: is there anything to see, and may the page see it?

import { faultOfPixels, isFalsified } from './picture-fault.js';

/** Milliseconds between two looks. */
const INTERVAL_MS = 500;

/** Side in pixels of the square that the picture is drawn on. */
const SIDE = 64;

/** Side of the pattern that must come back as it was drawn. */
const PATTERN_SIDE = 16;

export class PictureCheck {
  #video;
  #context = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  #lookedAt = -Infinity;
  /** Reading back was found to be honest: not tested again. */
  #isHonest = false;
  /** @type {PictureFault|null} */
  #fault = null;

  /** @param {HTMLVideoElement} video */
  constructor(video) {
    this.#video = video;
  }

  /** Whether the system or the browser holds the camera's pictures back. */
  get isMuted() {
    const { srcObject } = this.#video;
    return srcObject instanceof MediaStream && srcObject.getVideoTracks().some(({ muted }) => muted);
  }

  /**
   * What is wrong with the picture. Takes about a millisecond twice a second, however often it is called.
   * @param {number} now
   * @returns {PictureFault|null}
   */
  look(now) {
    if (now - this.#lookedAt < INTERVAL_MS) return this.#fault;
    this.#lookedAt = now;
    this.#fault = this.isMuted ? 'muted' : this.#isReadable() ? this.#faultOfPicture() : 'falsified';
    return this.#fault;
  }

  /** Tested until it is: the user can allow it at any time. */
  #isReadable() {
    if (!this.#context || this.#isHonest) return true;
    this.#isHonest = isHonest(this.#context);
    return this.#isHonest;
  }

  #faultOfPicture() {
    const context = this.#context;
    if (!context || this.#video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA) return null;
    Object.assign(context.canvas, { width: SIDE, height: SIDE });
    context.drawImage(this.#video, 0, 0, SIDE, SIDE);
    return faultOfPixels(context.getImageData(0, 0, SIDE, SIDE).data, SIDE);
  }
}

/**
 * Whether a canvas gives back what was drawn on it. Firefox with privacy.resistFingerprinting, Tor Browser, Mullvad
 * Browser and LibreWolf give something else until the user allows it.
 * @param {CanvasRenderingContext2D|OffscreenCanvasRenderingContext2D} context
 */
export function isHonest(context) {
  const pattern = new ImageData(PATTERN_SIDE, PATTERN_SIDE);
  // Colours of all kinds, so that no even colour resembles it.
  pattern.data.forEach((_, index, all) => {
    all[index] = index % 4 === 3 ? 255 : (index * 37) % 256;
  });
  Object.assign(context.canvas, { width: PATTERN_SIDE, height: PATTERN_SIDE });
  context.putImageData(pattern, 0, 0);
  return !isFalsified(pattern.data, context.getImageData(0, 0, PATTERN_SIDE, PATTERN_SIDE).data);
}
