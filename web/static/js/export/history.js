// The expressions since the page was opened, a row every 250 ms: for the chart and for saving. Pure; in memory only.

/** Milliseconds between two rows: no expression is shorter, and an hour takes 1.2 MB. */
export const INTERVAL_MS = 250;

/** Six hours. Beyond that the oldest hour is deleted, to limit memory. */
const MAX_ROWS = 6 * 3600 * 4;
const DELETED_ROWS = MAX_ROWS / 6;

/** Columns before the scores: time (ms since 1970), number of faces, index of the label (-1 unsure, -2 no face). */
const FIXED_COLUMNS = 3;
const UNSURE = -1;
const NO_FACE = -2;

export class ExpressionHistory {
  #labels;
  #columns;
  #rows = new Float64Array(0);
  #last = -Infinity;
  /** Number of rows. */
  length = 0;

  /** @param {readonly string[]} labels */
  constructor(labels) {
    this.#labels = labels;
    this.#columns = FIXED_COLUMNS + labels.length;
  }

  /** @returns {readonly string[]} */
  get labels() {
    return this.#labels;
  }

  /**
   * The same rows for other labels: those, and after them the ones that have rows already.
   * @param {readonly string[]} labels  of the scores from now on
   */
  relabelled(labels) {
    const history = new ExpressionHistory([...labels, ...this.#labels.filter((label) => !labels.includes(label))]);
    history.#last = this.#last;
    for (let index = 0; index < this.length; index += 1) {
      history.#grow();
      const from = index * this.#columns;
      const start = index * history.#columns;
      const value = this.#rows[from + 2];
      history.#rows.set([this.at(index), this.#rows[from + 1], value < 0 ? value : history.#labels.indexOf(this.#labels[value])], start);
      history.#labels.forEach((label, at) => {
        const old = this.#labels.indexOf(label);
        history.#rows[start + FIXED_COLUMNS + at] = old < 0 ? 0 : this.score(index, old);
      });
      history.length += 1;
    }
    return history;
  }

  /**
   * @param {readonly Face[]} faces  largest first; the row has the label and scores of the largest
   * @param {number} at  milliseconds since 1970
   */
  add(faces, at) {
    if (at - this.#last < INTERVAL_MS) return;
    this.#last = at;
    this.#grow();
    const start = this.length * this.#columns;
    this.#rows.set([at, faces.length, faces.length ? this.#labels.indexOf(faces[0].label) : NO_FACE], start);
    this.#rows.set(faces[0]?.smoothed.slice(0, this.#labels.length) ?? [], start + FIXED_COLUMNS);
    this.length += 1;
  }

  /**
   * @param {number} index
   * @param {number} label  index of a label
   */
  score(index, label) {
    return this.#rows[index * this.#columns + FIXED_COLUMNS + label];
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
    return value === NO_FACE ? 'no-face' : value === UNSURE ? 'unsure' : this.#labels[value];
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

  /** One line per row; the scores are 0 to 1, and empty without a face. */
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

  /** Doubles the capacity when it is full; at the limit deletes the oldest rows instead. */
  #grow() {
    if (this.length >= MAX_ROWS) {
      this.#rows.copyWithin(0, DELETED_ROWS * this.#columns, this.length * this.#columns);
      this.length -= DELETED_ROWS;
      this.#rows.fill(0, this.length * this.#columns);
    }
    if ((this.length + 1) * this.#columns <= this.#rows.length) return;
    const rows = new Float64Array(Math.min(MAX_ROWS, Math.max(1024, this.length * 2)) * this.#columns);
    rows.set(this.#rows);
    this.#rows = rows;
  }
}

/**
 * A cell of a CSV file (RFC 4180). Labels of other models may contain any character.
 * @param {string} text
 */
function quoted(text) {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
