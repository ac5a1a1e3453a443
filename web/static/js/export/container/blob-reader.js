// Reads parts of a large Blob in order, without holding all of it in memory.

/** Bytes read at once. A recording of ten minutes has some 300 MB, and its parser looks at a few bytes every 10 kB. */
const WINDOW = 1 << 20;

export class BlobReader {
  #blob;
  #start = 0;
  #window = new DataView(new ArrayBuffer(0));

  /** @param {Blob} blob */
  constructor(blob) {
    this.#blob = blob;
  }

  get size() {
    return this.#blob.size;
  }

  /**
   * @param {number} start
   * @param {number} length
   * @returns {Promise<DataView>} of that many bytes
   * @throws {RangeError} if the blob ends before them
   */
  async read(start, length) {
    if (start + length > this.#blob.size) throw new RangeError('the file ends too early');
    if (start < this.#start || start + length > this.#start + this.#window.byteLength) {
      const bytes = await this.#blob.slice(start, start + Math.max(length, WINDOW)).arrayBuffer();
      this.#window = new DataView(bytes);
      this.#start = start;
    }
    return new DataView(this.#window.buffer, start - this.#start, length);
  }
}
