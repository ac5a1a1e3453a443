// Records a stream to a video file that can be shared and sought in, and notices an encoder that fails.

/**
 * The first type that the browser supports is used. Every phone and messenger plays H.264 in MP4; the first is the
 * constrained baseline profile. `video/mp4` alone is last: in Chromium it means VP9, which few players expect in MP4.
 */
const TYPES = [
  'video/mp4;codecs=avc1.42E01E', 'video/mp4;codecs=avc1.4D401F', 'video/mp4;codecs=avc1.64001F', 'video/mp4;codecs=avc1',
  'video/webm;codecs=vp9', 'video/webm;codecs=vp8', 'video/webm', 'video/mp4',
];

/** Bits a second: a face before a room at 720 lines shows no blocks; a minute takes 30 MB at most. */
const BIT_RATE = 4_000_000;

/** Players seek to key frames. */
const KEY_FRAME_MS = 2000;

/** How often the encoder delivers data. Browsers can move it to disk, and a failure loses only the last part. */
const PART_MS = 1000;

/** An encoder that has delivered nothing for this long does not work. */
const NO_DATA_MS = 10_000;

/**
 * Loaded when a recording begins: most visits have none. Without the server, the file stays as it was recorded.
 * @returns {Promise<(file: Blob) => Promise<Blob>>}
 */
async function loadSeekable() {
  try {
    return (await import(new URL('container/seekable.js', import.meta.url).href)).seekable;
  } catch {
    return async (file) => file;
  }
}

export class Recorder {
  #recorder;
  #onEnd;
  /** @type {Blob[]} */
  #parts = [];
  #timer = 0;
  #hasFailed = false;
  #hasEnded = false;
  #seekable = loadSeekable();

  /**
   * @param {MediaStream} stream
   * @param {(recording: Recording) => void} onEnd  called once, after stop() or when the encoder fails
   * @throws {Error} if the browser cannot record
   */
  constructor(stream, onEnd) {
    const type = TYPES.find((each) => globalThis.MediaRecorder?.isTypeSupported(each));
    if (!type) throw new Error('no supported video type');
    this.#onEnd = onEnd;
    const options = { mimeType: type, videoBitsPerSecond: BIT_RATE, videoKeyFrameIntervalDuration: KEY_FRAME_MS };
    this.#recorder = new MediaRecorder(stream, options);
    this.#recorder.addEventListener('dataavailable', ({ data }) => this.#onData(data));
    this.#recorder.addEventListener('error', () => this.#fail());
    this.#recorder.addEventListener('stop', () => this.#end(type));
    this.#recorder.start(PART_MS);
    this.#expectData();
  }

  stop() {
    if (this.#recorder.state !== 'inactive') this.#recorder.stop();
  }

  /** @param {boolean} isPaused  in a hidden tab nothing is drawn, and the recording would stand still */
  pause(isPaused) {
    clearTimeout(this.#timer);
    if (isPaused && this.#recorder.state === 'recording') this.#recorder.pause();
    if (!isPaused && this.#recorder.state === 'paused') this.#recorder.resume();
    if (this.#recorder.state === 'recording' && this.#parts.length === 0) this.#expectData();
  }

  #expectData() {
    this.#timer = setTimeout(() => this.#fail(), NO_DATA_MS);
  }

  /** @param {Blob} data */
  #onData(data) {
    if (data.size === 0) return;
    clearTimeout(this.#timer);
    this.#parts.push(data);
  }

  #fail() {
    this.#hasFailed = true;
    if (this.#recorder.state === 'inactive') void this.#end(this.#recorder.mimeType);
    else this.#recorder.stop();
  }

  /** @param {string} type */
  async #end(type) {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    clearTimeout(this.#timer);
    const file = new Blob(this.#parts, { type: type.split(';')[0] });
    this.#parts = [];
    const extension = type.startsWith('video/webm') ? 'webm' : 'mp4';
    if (file.size === 0) return this.#onEnd({ file: null, extension, hasFailed: true });
    const seekable = await this.#seekable;
    this.#onEnd({ file: await seekable(file), extension, hasFailed: this.#hasFailed });
  }
}
