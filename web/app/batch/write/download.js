import { unusedName } from "../read/names.js";
import { parseObject } from "../read/json.js";
import { NONE, PROBLEMS, cellsOf } from "../rows.js";
import { csvOf } from "./csv.js";

/** Why a row that the run never came to has no answer. */
const NOT_REACHED = "The run ended before this row.";
const DIGITS = 6;

/**
 * @typedef {import("../types.js").Source} Source
 * @typedef {import("../rows.js").Kept} Kept
 * @typedef {import("../columns.js").Columns} Columns
 *
 * @typedef {object} Answer
 * @property {string | null} label
 * @property {number | null} probability
 * @property {boolean | null} unsure
 * @property {string | null} error
 */

/** Rows as they were, and beside them what was answered, chunk by chunk. */
export class Writer {
  #format;
  #escape;
  #source;
  #columns;
  #labels;
  #names;
  #withErrors;

  /**
   * @param {"csv" | "jsonl"} format
   * @param {boolean} escapeFormulae
   * @param {{ source: Omit<Source, "preview">, columns: Columns, labels: readonly string[] }} job
   */
  constructor(format, escapeFormulae, { source, columns, labels }) {
    this.#format = format;
    this.#escape = escapeFormulae;
    this.#source = source;
    this.#columns = columns;
    this.#labels = labels;
    this.#withErrors = columns.done < columns.total || columns.problems.subarray(0, columns.total).some((problem) => problem !== 0);
    this.#names = answerNames(source.columns, this.#withErrors);
  }

  /** @returns {string} the first line of CSV */
  heading() {
    return this.#format === "csv" ? csvOf([[...this.#source.columns, ...this.#names]], this.#escape) : "";
  }

  /**
   * @param {readonly Kept[]} rows
   * @param {number} from the first one's place in the file
   * @returns {string}
   */
  write(rows, from) {
    const { columns } = this.#source;
    if (this.#format === "csv") {
      return csvOf(rows.map((kept, place) => [...csvCells(kept, columns), ...this.#values(from + place)]), this.#escape);
    }
    return rows.map((kept, place) => `${this.#line(kept, from + place)}\n`).join("");
  }

  /** @param {number} row */
  #values(row) {
    const { label, probability, unsure, error } = answerOf(row, this.#columns, this.#labels);
    return this.#withErrors ? [label, probability, unsure, error] : [label, probability, unsure];
  }

  /**
   * @param {Kept} kept
   * @param {number} row
   */
  #line(kept, row) {
    const values = this.#values(row);
    const answer = this.#names.map((name, place) => `${JSON.stringify(name)}:${JSON.stringify(values[place] ?? null)}`).join(",");
    // The line itself is written: numbers keep their digits, and keys their order.
    const own = typeof kept === "string" && parseObject(kept) !== null ? kept.trim() : objectOf(kept, this.#source.columns);
    const open = own.slice(0, -1).trimEnd();
    return `${open}${open === "{" ? "" : ","}${answer}}`;
  }
}

/**
 * @param {Kept} kept no JSON object
 * @param {readonly string[]} columns
 * @returns {string} one, its keys in the order of the columns, which an object would not keep of numbers
 */
function objectOf(kept, columns) {
  const pairs = typeof kept === "string" ? [[columns.at(-1), kept]] : columns.map((name, place) => [name, kept[place] ?? ""]);
  return `{${pairs.map(([name, cell]) => `${JSON.stringify(name)}:${JSON.stringify(cell)}`).join(",")}}`;
}

/**
 * @param {readonly string[]} columns of the table
 * @param {boolean} withErrors
 * @returns {string[]} of the answers, all with the same beginning where one of them is taken
 */
export function answerNames(columns, withErrors) {
  const names = ["label", "probability", "unsure", ...(withErrors ? ["error"] : [])];
  if (!names.some((name) => columns.includes(name))) return names;
  return names.map((name) => unusedName(`predicted_${name}`, columns));
}

/**
 * @param {number} row
 * @param {Columns} columns
 * @param {readonly string[]} labels
 * @returns {Answer}
 */
export function answerOf(row, columns, labels) {
  const none = { label: null, probability: null, unsure: null };
  const problem = Number(columns.problems[row]);
  if (problem !== 0) return { ...none, error: PROBLEMS[problem] ?? null };
  if (row >= columns.done || columns.labels[row] === NONE) return { ...none, error: NOT_REACHED };
  const probability = Number(Number(columns.probabilities[row]).toFixed(DIGITS));
  return { label: labels[Number(columns.labels[row])] ?? null, probability, unsure: columns.unsure[row] === 1, error: null };
}

/**
 * @param {Kept} kept
 * @param {readonly string[]} columns
 * @returns {unknown[]} values, since a number is no formula
 */
function csvCells(kept, columns) {
  const object = typeof kept === "string" ? parseObject(kept) : null;
  return object === null ? cellsOf(kept, columns) : columns.map((name) => (Object.hasOwn(object, name) ? object[name] : null));
}
