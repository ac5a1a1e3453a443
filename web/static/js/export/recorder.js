// Records a stream to a video file, and notices an encoder that fails.

/** The first type that the browser supports is used. */
const TYPES = ['video/webm;codecs=vp9', 'video/webm;codecs=vp8', 'video/webm', 'video/mp4'];

/** How often the encoder delivers data. Browsers can move it to disk, and a failure loses only the last part. */
const PART_MS = 1000;

/** An encoder that has delivered nothing for this long does not work. */
const NO_DATA_MS = 10_000;

export class Recorder {
  #recorder;
  #onEnd;
  /** @type {Blob[]} */
  #parts = [];
  #timer = 0;
  #hasFailed = false;

  /**
   * @param {MediaStream} stream
   * @param {(recording: Recording) => void} onEnd  called once, after stop() or when the encoder fails
   * @throws {Error} if the browser cannot record
   */
  constructor(stream, onEnd) {
    const type = TYPES.find((each) => globalThis.MediaRecorder?.isTypeSupported(each));
    if (!type) throw new Error('no supported video type');
    this.#onEnd = onEnd;
    this.#recorder = new MediaRecorder(stream, { mimeType: type });
    this.#recorder.addEventListener('dataavailable', ({ data }) => this.#onData(data));
    this.#recorder.addEventListener('error', () => this.#fail());
    this.#recorder.addEventListener('stop', () => this.#end(type));
    this.#recorder.start(PART_MS);
    this.#timer = setTimeout(() => this.#fail(), NO_DATA_MS);
  }

  stop() {
    if (this.#recorder.state !== 'inactive') this.#recorder.stop();
  }

  /** @param {Blob} data */
  #onData(data) {
    if (data.size === 0) return;
    clearTimeout(this.#timer);
    this.#parts.push(data);
  }

  #fail() {
    this.#hasFailed = true;
    if (this.#recorder.state === 'inactive') this.#end(this.#recorder.mimeType);
    else this.#recorder.stop();
  }

  /** @param {string} type */
  #end(type) {
    clearTimeout(this.#timer);
    const file = new Blob(this.#parts, { type: type.split(';')[0] });
    this.#parts = [];
    const onEnd = this.#onEnd;
    this.#onEnd = () => {};
    const extension = type.includes('webm') ? 'webm' : 'mp4';
    onEnd({ file: file.size > 0 ? file : null, extension, hasFailed: this.#hasFailed });
  }
}
