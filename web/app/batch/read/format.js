import { parseObject } from "./json.js";

/**
 * @typedef {import("../types.js").Format} Format
 *
 * @typedef {object} Shape how a file is to be read
 * @property {Format} format
 * @property {string} delimiter of CSV and TSV; "" for what has none
 */

/** @type {Record<string, Format>} */
const ENDINGS = { csv: "csv", tsv: "tsv", tab: "tsv", jsonl: "jsonl", ndjson: "jsonl", txt: "txt", text: "txt" };
const DELIMITERS = [",", ";", "\t", "|"];
/** Stands in no text: what is read with it has one column, whose cells may hold commas without quotation marks. */
const NONE = "\x1f";

/**
 * By the name of the file where that says it, else by what it looks like: pasted text has no name.
 *
 * @param {any} papa
 * @param {string} name
 * @param {string} head the beginning of the file
 * @returns {Shape}
 */
export function shapeOf(papa, name, head) {
  const format = ENDINGS[name.toLowerCase().split(".").pop() ?? ""] ?? guess(papa, head);
  if (format === "jsonl" || format === "txt") return { format, delimiter: "" };
  if (format === "tsv") return { format, delimiter: "\t" };
  return { format, delimiter: delimiterOf(papa, head) ?? NONE };
}

/**
 * @param {any} papa
 * @param {string} head
 * @returns {Format}
 */
function guess(papa, head) {
  const first = head.split(/\r\n|\n|\r/).find((line) => line.trim() !== "") ?? "";
  if (parseObject(first)) return "jsonl";
  const delimiter = delimiterOf(papa, head);
  if (delimiter === null || !isRegular(papa, head, delimiter)) return "txt";
  return delimiter === "\t" ? "tsv" : "csv";
}

/**
 * One that stands in the first row, and divides the first rows the most evenly.
 *
 * @param {any} papa
 * @param {string} head
 * @returns {string | null} null where the first row has a single cell
 */
function delimiterOf(papa, head) {
  const counts = DELIMITERS.map((delimiter) => ({ delimiter, cells: firstRows(papa, head, delimiter, 1)[0]?.length ?? 0 }));
  const found = counts.filter(({ cells }) => cells > 1).sort((a, b) => b.cells - a.cells);
  if (found.length <= 1) return found[0]?.delimiter ?? null;
  const delimitersToGuess = found.map(({ delimiter }) => delimiter);
  const { meta, errors } = papa.parse(head, { preview: 10, delimitersToGuess, skipEmptyLines: true });
  const isSure = !errors.some((/** @type {{ code: string }} */ { code }) => code === "UndetectableDelimiter");
  return isSure ? meta.delimiter : (delimitersToGuess[0] ?? null);
}

/**
 * Whether a text without a name is a table: a list of sentences has commas, too, but not as many in each line.
 *
 * @param {any} papa
 * @param {string} head
 * @param {string} delimiter
 */
function isRegular(papa, head, delimiter) {
  const rows = firstRows(papa, head, delimiter, 10);
  return rows.length > 1 && new Set(rows.map((cells) => cells.length)).size === 1;
}

/**
 * @param {any} papa
 * @param {string} head
 * @param {string} delimiter
 * @param {number} count
 * @returns {string[][]}
 */
function firstRows(papa, head, delimiter, count) {
  return papa.parse(head, { delimiter, preview: count, skipEmptyLines: true }).data;
}
