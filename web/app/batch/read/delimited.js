import { BatchError } from "../errors.js";

/** Characters of one row. A quotation mark that is never closed would make one of the whole file. */
export const LONGEST_ROW = 8_000_000;

/**
 * A row as it stands in the file.
 *
 * @typedef {object} Parsed
 * @property {string[]} cells
 * @property {boolean} broken whether its quotation marks do not match
 */

/** Rows of CSV or TSV by Papa Parse, from pieces of text that end anywhere. */
export class DelimitedReader {
  #papa;
  #delimiter;
  #name;
  #rest = "";
  #rows = 0;
  /** @type {any} */
  #parser = null;
  /** @type {{ begin: number, found: Parsed[], input: string }} */
  #at = { begin: 0, found: [], input: "" };

  /**
   * @param {any} papa
   * @param {string} delimiter
   * @param {string} name of the file
   */
  constructor(papa, delimiter, name) {
    this.#papa = papa;
    this.#delimiter = delimiter;
    this.#name = name;
  }

  /**
   * @param {string} text
   * @returns {Parsed[]} the rows that have ended
   */
  push(text) {
    this.#rest += text;
    return this.#parse(false);
  }

  /** @returns {Parsed[]} what is left */
  end() {
    return this.#rest === "" ? [] : this.#parse(true);
  }

  /** @param {boolean} ended */
  #parse(ended) {
    const input = this.#rest;
    this.#parser ??= this.#start(input, ended);
    if (this.#parser === null) return [];
    const at = (this.#at = { begin: 0, found: /** @type {Parsed[]} */ ([]), input });
    this.#parser.parse(input, 0, !ended);
    this.#rest = ended ? "" : input.slice(at.begin);
    this.#rows += at.found.length;
    if (this.#rest.length > LONGEST_ROW) {
      const size = `${LONGEST_ROW.toLocaleString("en")} characters`;
      throw new BatchError(
        `${this.#name}, row ${this.#rows + 1}: is longer than ${size}, so that a quotation mark may not be closed there; correct it and choose the file again.`,
      );
    }
    return at.found;
  }

  /**
   * Lines end with LF, and what a CR before it belongs to is looked after here: a file may have lines of both kinds.
   * Only where there is no LF at all does CR end them.
   *
   * @param {string} input
   * @param {boolean} ended
   */
  #start(input, ended) {
    const settled = ended || /\n|\r[^]/.test(input);
    if (!settled) return null;
    const newline = input.includes("\n") ? "\n" : "\r";
    const config = { delimiter: this.#delimiter, newline, quoteChar: '"' };
    return new this.#papa.Parser({ ...config, step: (/** @type {any} */ result) => this.#take(result, newline) });
  }

  /**
   * @param {{ data: string[][], errors: unknown[], meta: { cursor: number } }} result
   * @param {string} newline
   */
  #take({ data, errors, meta }, newline) {
    const { begin, input, found } = this.#at;
    this.#at.begin = meta.cursor;
    const ends = input.startsWith(newline, meta.cursor - 1) && meta.cursor - 1 >= begin;
    const end = ends ? meta.cursor - 1 : meta.cursor;
    // A blank line; one with "" in it is none.
    if (end === begin || (end === begin + 1 && input[begin] === "\r")) return;
    const cells = /** @type {string[]} */ (data[0]);
    const last = cells.length - 1;
    const cell = /** @type {string} */ (cells[last]);
    // In quotes a CR is part of the cell, and is not the last thing of the row.
    if (cell.endsWith("\r") && this.#isBare(cell, begin, end)) cells[last] = cell.slice(0, -1);
    found.push({ cells, broken: errors.length > 0 });
  }

  /**
   * @param {string} cell
   * @param {number} begin of its row
   * @param {number} end of its row
   */
  #isBare(cell, begin, end) {
    const from = end - cell.length;
    if (from < begin || !this.#at.input.startsWith(cell, from)) return false;
    return from === begin || this.#at.input.startsWith(this.#delimiter, from - this.#delimiter.length);
  }
}
