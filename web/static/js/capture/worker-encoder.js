// The page's side of the worker that encodes (jpeg-worker.js). Starts it at the first picture; until it is ready, and if
// it cannot run (an older browser, a policy that forbids workers), `encode` says so.

/** Milliseconds. A frame takes about 10; a worker that does not answer for so long has failed. */
const HUNG_MS = 5000;

/** Pictures that may fail before the worker is given up: one may fail because the camera changes. */
const MAX_FAILURES = 3;

export class WorkerEncoder {
  /** @type {Worker|null} */
  #worker = null;
  #isReady = false;
  #failures = 0;
  /** @type {(jpeg: ArrayBuffer|null) => void} receives the JPEG of the picture that the worker has */
  #take = () => {};

  /**
   * @param {HTMLVideoElement} video
   * @param {Size} size  of the JPEG
   * @param {number} quality  0 to 1
   * @returns {Promise<ArrayBuffer|null>} null if the worker did not encode it
   */
  async encode(video, size, quality) {
    if (!this.#worker && this.#failures === 0) this.#start();
    if (!this.#worker || !this.#isReady) return null;
    try {
      const picture = frameOf(video) ?? await createImageBitmap(video, { resizeWidth: size.w, resizeHeight: size.h });
      const jpeg = await this.#send(this.#worker, { picture, size, quality });
      if (jpeg) {
        this.#failures = 0;
        return jpeg;
      }
    } catch {
      // Counted below.
    }
    this.#failures += 1;
    if (this.#failures >= MAX_FAILURES) this.#end();
    return null;
  }

  #start() {
    try {
      const worker = new Worker(new URL('./jpeg-worker.js', import.meta.url), { type: 'module' });
      worker.addEventListener('message', ({ data }) => this.#onMessage(data));
      worker.addEventListener('error', () => this.#end());
      this.#worker = worker;
    } catch {
      this.#end();
    }
  }

  /** @param {{isReady: true}|{jpeg: ArrayBuffer|null}} message */
  #onMessage(message) {
    if ('isReady' in message) this.#isReady = true;
    else this.#take(message.jpeg);
  }

  /**
   * @param {Worker} worker
   * @param {{picture: VideoFrame|ImageBitmap, size: Size, quality: number}} task
   * @returns {Promise<ArrayBuffer|null>}
   */
  async #send(worker, task) {
    try {
      worker.postMessage(task, [task.picture]);
    } catch (error) {
      task.picture.close();
      throw error;
    }
    const timer = setTimeout(() => this.#end(), HUNG_MS);
    /** @type {Promise<ArrayBuffer|null>} */
    const answer = new Promise((resolve) => {
      this.#take = resolve;
    });
    return answer.finally(() => clearTimeout(timer));
  }

  /** Gives the worker up for good. */
  #end() {
    this.#failures = MAX_FAILURES;
    this.#worker?.terminate();
    this.#worker = null;
    this.#isReady = false;
    this.#take(null);
  }
}

/**
 * The video's picture without a copy: it costs the page's thread nothing, a bitmap 4 ms.
 * @param {HTMLVideoElement} video
 * @returns {VideoFrame|null} null where the browser has none, or has it without the rotation that the video is shown with
 */
function frameOf(video) {
  try {
    const frame = new VideoFrame(video);
    if (frame.displayWidth === video.videoWidth && frame.displayHeight === video.videoHeight) return frame;
    frame.close();
  } catch {
    // A bitmap will do.
  }
  return null;
}
