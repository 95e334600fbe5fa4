import { NONE } from "./rows.js";

/** Some bytes for each row, and no text: what is counted, sorted and filtered by. */
export class Columns {
  /** Rows that were read. */
  total = 0;
  /** Rows that are answered, or never will be: always the first ones. */
  done = 0;
  problems = new Uint8Array(0);
  truths = new Uint16Array(0);
  labels = new Uint16Array(0);
  probabilities = new Float64Array(0);
  unsure = new Uint8Array(0);
  /** First row of each chunk, and after them the total. */
  starts = [0];

  /**
   * @param {Uint8Array} problems
   * @param {Uint16Array} truths of as many rows, the next chunk
   */
  addRows(problems, truths) {
    const from = this.total;
    this.#reserve(from + problems.length);
    this.problems.set(problems, from);
    this.truths.set(truths, from);
    this.labels.fill(NONE, from, from + problems.length);
    this.total = from + problems.length;
    this.starts.push(this.total);
  }

  /**
   * @param {number} from
   * @param {import("./protocol.js").Answers} answers of the rows from there on
   */
  setAnswers(from, { problems, labels, probabilities, unsure }) {
    this.problems.set(problems, from);
    this.labels.set(labels, from);
    this.probabilities.set(probabilities, from);
    this.unsure.set(unsure, from);
    this.done = from + labels.length;
  }

  /**
   * @param {number} from
   * @param {number} to
   * @returns {import("./protocol.js").Answers} copies
   */
  answers(from, to) {
    return {
      problems: this.problems.slice(from, to),
      labels: this.labels.slice(from, to),
      probabilities: this.probabilities.slice(from, to),
      unsure: this.unsure.slice(from, to),
    };
  }

  /**
   * @param {number} row
   * @returns {number} the chunk that it lies in
   */
  chunkOf(row) {
    let low = 0;
    let high = this.starts.length - 2;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.start(middle) <= row) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /**
   * @param {number} chunk
   * @returns {number} its first row
   */
  start(chunk) {
    return /** @type {number} */ (this.starts[chunk]);
  }

  /** @param {number} rows */
  #reserve(rows) {
    if (rows <= this.problems.length) return;
    const size = Math.max(1024, rows, 2 * this.problems.length);
    this.problems = grown(new Uint8Array(size), this.problems);
    this.truths = grown(new Uint16Array(size), this.truths);
    this.labels = grown(new Uint16Array(size), this.labels);
    this.probabilities = grown(new Float64Array(size), this.probabilities);
    this.unsure = grown(new Uint8Array(size), this.unsure);
  }
}

/**
 * @template {Uint8Array | Uint16Array | Float64Array} T
 * @param {T} larger
 * @param {T} before
 * @returns {T}
 */
function grown(larger, before) {
  larger.set(before);
  return larger;
}
