// The expressions of this session, a row every quarter of a second: for the chart and for saving. Pure; in memory only.

/** Milliseconds between two rows: no expression is shorter, and an hour stays under half a megabyte. */
export const EVERY_MS = 250;

/** Six hours. After that the oldest hour is forgotten: memory has an end. */
const MOST_ROWS = 6 * 3600 * 4;
const FORGOTTEN = MOST_ROWS / 6;

/** Columns before the scores: time (ms since 1970), number of faces, index of the label (-1 unsure, -2 no face). */
const HEAD = 3;
const UNSURE = -1;
const NOBODY = -2;

export class Session {
  #labels;
  #columns;
  #rows = new Float64Array(0);
  #last = -Infinity;
  /** Number of rows. */
  length = 0;

  /** @param {readonly string[]} labels */
  constructor(labels) {
    this.#labels = labels;
    this.#columns = HEAD + labels.length;
  }

  /** @returns {readonly string[]} */
  get labels() {
    return this.#labels;
  }

  /**
   * @param {readonly Face[]} faces  largest first; the row is about the largest
   * @param {number} at  milliseconds since 1970
   */
  add(faces, at) {
    if (at - this.#last < EVERY_MS) return;
    this.#last = at;
    this.#makeRoom();
    const start = this.length * this.#columns;
    this.#rows.set([at, faces.length, faces.length ? this.#labels.indexOf(faces[0].label) : NOBODY], start);
    this.#rows.set(faces[0]?.smoothed.slice(0, this.#labels.length) ?? [], start + HEAD);
    this.length += 1;
  }

  /**
   * @param {number} index
   * @param {number} label  index of a label
   */
  score(index, label) {
    return this.#rows[index * this.#columns + HEAD + label];
  }

  /** @param {number} index */
  at(index) {
    return this.#rows[index * this.#columns];
  }

  /**
   * @param {number} index
   * @returns {string} a label, `unsure` or `no-face`
   */
  expression(index) {
    const value = this.#rows[index * this.#columns + 2];
    return value === NOBODY ? 'no-face' : value === UNSURE ? 'unsure' : this.#labels[value];
  }

  /**
   * @param {number} at
   * @returns {number} the first row not before that time
   */
  since(at) {
    let index = this.length;
    while (index > 0 && this.at(index - 1) >= at) index -= 1;
    return index;
  }

  /** One line a row, with the scores 0 to 1; those of nobody are empty. */
  toCsv() {
    const head = ['time', 'faces', 'expression', ...this.#labels].map(quoted).join(',');
    return [head, ...this.#each((row) => [row.time, row.faces, quoted(row.expression),
      ...this.#labels.map((label) => row.scores?.[label] ?? '')].join(','))].join('\r\n') + '\r\n';
  }

  toJson() {
    return JSON.stringify({ labels: this.#labels, rows: this.#each((row) => row) }, null, 1);
  }

  /**
   * @template T
   * @param {(row: {time: string, faces: number, expression: string, scores: Record<string, number>|null}) => T} make
   * @returns {T[]}
   */
  #each(make) {
    return Array.from({ length: this.length }, (_, index) => {
      const faces = this.#rows[index * this.#columns + 1];
      const scores = Object.fromEntries(this.#labels.map((label, at) => [label, this.score(index, at)]));
      const time = new Date(this.at(index)).toISOString();
      return make({ time, faces, expression: this.expression(index), scores: faces ? scores : null });
    });
  }

  /** Doubles the room when it is full; at the limit the oldest rows go instead. */
  #makeRoom() {
    if (this.length >= MOST_ROWS) {
      this.#rows.copyWithin(0, FORGOTTEN * this.#columns, this.length * this.#columns);
      this.length -= FORGOTTEN;
      this.#rows.fill(0, this.length * this.#columns);
    }
    if ((this.length + 1) * this.#columns <= this.#rows.length) return;
    const rows = new Float64Array(Math.min(MOST_ROWS, Math.max(1024, this.length * 2)) * this.#columns);
    rows.set(this.#rows);
    this.#rows = rows;
  }
}

/**
 * A cell of a CSV file (RFC 4180). Labels of other models may hold anything.
 * @param {string} text
 */
function quoted(text) {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
