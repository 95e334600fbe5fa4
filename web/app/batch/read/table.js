import { BatchError } from "../errors.js";
import { decode } from "./decode.js";
import { DelimitedReader } from "./delimited.js";
import { shapeOf } from "./format.js";
import { parseObject } from "./json.js";
import { LineReader } from "./lines.js";
import { isHeading, uniqueNames, unusedName, widened } from "./names.js";

/** Keys of JSON objects. Those of a million rows may all differ, and then they are no columns. */
const COLUMNS = 2000;
/** The column, the last one, of lines that are no object. */
const UNREADABLE = "line";

/**
 * A row as it is kept: the cells of CSV, TSV and TXT, the line itself of JSONL, whose values keep their types so.
 *
 * @typedef {object} Row
 * @property {string[] | string} kept
 * @property {boolean} broken whether its quotation marks do not match
 */

/** Rows of a file of any kind, as they come, and the columns that were seen so far. */
export class TableReader {
  #papa;
  #file;
  #name;
  /** @type {import("./format.js").Shape | null} */
  #shape = null;
  /** @type {string[]} */
  #columns = [];
  #keys = new Set();
  #unreadable = false;

  /**
   * @param {any} papa
   * @param {Blob} file
   * @param {string} name
   */
  constructor(papa, file, name) {
    this.#papa = papa;
    this.#file = file;
    this.#name = name;
  }

  /** @returns {import("../types.js").Format} */
  get format() {
    return this.#shape?.format ?? "txt";
  }

  /** @returns {string[]} in their order; of JSONL by when they first appeared */
  get columns() {
    if (this.format !== "jsonl") return this.#columns;
    const keys = [...this.#keys];
    return this.#unreadable ? [...keys, unusedName(UNREADABLE, keys)] : keys;
  }

  /** @returns {number} of the columns, how many a row of CSV must have */
  get width() {
    return this.#columns.length;
  }

  /**
   * @param {(bytes: number) => void} [onBytes]
   * @returns {AsyncGenerator<Row[], void, void>} the rows of each piece of the file
   */
  async *rows(onBytes) {
    /** @type {DelimitedReader | LineReader | null} */
    let reader = null;
    let first = true;
    const made = (/** @type {any[]} */ found) => {
      const rows = this.#rows(found, first);
      if (found.length > 0) first = false;
      return rows;
    };
    for await (const text of decode(this.#file, this.#name, onBytes)) {
      reader ??= this.#open(text);
      const rows = made(reader.push(text));
      if (rows.length > 0) yield rows;
    }
    const rows = made(reader?.end() ?? []);
    if (rows.length > 0) yield rows;
  }

  /** @param {string} head */
  #open(head) {
    const shape = (this.#shape = shapeOf(this.#papa, this.#name, head));
    if (shape.delimiter !== "") return new DelimitedReader(this.#papa, shape.delimiter, this.#name);
    if (shape.format === "txt") this.#columns = ["text"];
    return new LineReader(this.#name);
  }

  /**
   * @param {any[]} found
   * @param {boolean} first whether these are the first ones
   * @returns {Row[]}
   */
  #rows(found, first) {
    if (this.format === "txt") return found.map((line) => ({ kept: [line], broken: false }));
    if (this.format === "jsonl") return found.map((line) => this.#line(line));
    if (first && found.length > 0) {
      const { cells } = found[0];
      const named = isHeading(cells);
      this.#columns = named ? uniqueNames(cells) : ["text"];
      if (named) found = found.slice(1);
    }
    return found.map(({ cells, broken }) => ({ kept: cells, broken }));
  }

  /** @param {string} line */
  #line(line) {
    const object = parseObject(line);
    if (object === null) this.#unreadable = true;
    else for (const key of Object.keys(object)) this.#keys.add(key);
    if (this.#keys.size > COLUMNS) {
      throw new BatchError(`${this.#name}: its lines have more than ${COLUMNS} different keys; give every line the same ones.`);
    }
    return { kept: line, broken: false };
  }

  /** @param {number} width the most cells that a row has */
  widen(width) {
    this.#columns = widened(this.#columns, width);
  }
}
