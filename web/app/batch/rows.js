import { cellOf, parseObject } from "./read/json.js";

/**
 * What a row says, and why it may have no text. The rules are those of export/rows/row.py, which scripts/classify.py
 * goes by, but that a row may be short as long as it has a text.
 *
 * @typedef {import("./types.js").Choice} Choice
 * @typedef {string[] | string} Kept a row as it is kept
 */

/** Characters of a text; the model reads some hundreds. */
const LONGEST = 1_000_000;
/** No label of the model: nothing is known, or another word stands there. */
export const NONE = 0xffff;

/** Why there is no answer, by number: 0 is a row that has or will have one. */
export const PROBLEMS = Object.freeze([
  "",
  "The text is empty.",
  "The row has no cell for the text.",
  "The row has more cells than there are columns.",
  "The quotation marks of the row do not match.",
  "The text has a NUL character.",
  `The text has more than ${LONGEST.toLocaleString("en")} characters.`,
  "The line is no JSON object.",
  "The value is no text.",
  "The classifier failed on this text.",
]);
const [FINE, EMPTY, NO_CELL, TOO_MANY, QUOTES, NUL, TOO_LONG, NO_OBJECT, NO_TEXT, FAILED] = PROBLEMS.keys();
export const CLASSIFIER_FAILED = /** @type {number} */ (FAILED);

/**
 * @param {Kept} kept
 * @param {readonly string[]} columns
 * @returns {string[]} a cell for each column, and those beyond
 */
export function cellsOf(kept, columns) {
  if (typeof kept !== "string") return kept.length >= columns.length ? kept : [...kept, ...Array(columns.length - kept.length).fill("")];
  const object = parseObject(kept);
  if (object !== null) return columns.map((name) => (Object.hasOwn(object, name) ? cellOf(object[name]) : ""));
  // The last column is there for what is no object.
  return columns.map((_, at) => (at === columns.length - 1 ? kept : ""));
}

/**
 * @param {Kept} kept
 * @param {string} column
 * @param {readonly string[]} columns
 * @returns {unknown} what stands in a column; undefined where there is nothing at all
 */
export function valueOf(kept, column, columns) {
  if (typeof kept !== "string") return kept[columns.indexOf(column)];
  const object = parseObject(kept);
  return object !== null && Object.hasOwn(object, column) ? object[column] : undefined;
}

/**
 * @param {import("./read/table.js").Row} row
 * @param {string} column of the text
 * @param {readonly string[]} columns
 * @param {number} width cells that a row of CSV has, at most
 * @returns {number} a place in PROBLEMS
 */
export function problemOf({ kept, broken }, column, columns, width) {
  if (broken) return Number(QUOTES);
  if (typeof kept === "string" && parseObject(kept) === null) return Number(NO_OBJECT);
  if (typeof kept !== "string" && kept.slice(width).some((cell) => cell !== "")) return Number(TOO_MANY);
  const text = valueOf(kept, column, columns);
  if (text === undefined) return Number(NO_CELL);
  if (typeof text !== "string") return Number(NO_TEXT);
  if (text.includes("\0")) return Number(NUL);
  if (text.length > LONGEST) return Number(TOO_LONG);
  return Number(text.trim() === "" ? EMPTY : FINE);
}

/**
 * @param {Kept} kept
 * @param {string | null} column of the known label
 * @param {readonly string[]} columns
 * @param {ReadonlyMap<string, number>} places of the model's labels
 * @returns {number} the label's place, or NONE
 */
export function truthOf(kept, column, columns, places) {
  if (column === null) return NONE;
  return places.get(cellOf(valueOf(kept, column, columns)).trim()) ?? NONE;
}
