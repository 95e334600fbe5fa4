/** What spreadsheets take for a formula (OWASP); the same as in export/rows/writers.py. */
const FORMULA = /^[=+\-@\t\r]/;

/**
 * Lines of RFC 4180: commas, quotation marks where they are needed, CRLF.
 *
 * @param {readonly (readonly unknown[])[]} rows
 * @param {boolean} escapeFormulae whether ' is put before texts that a spreadsheet would run
 * @returns {string}
 */
export function csvOf(rows, escapeFormulae) {
  return rows.map((cells) => `${cells.map((cell) => quoted(written(cell, escapeFormulae))).join(",")}\r\n`).join("");
}

/**
 * @param {unknown} value
 * @param {boolean} escapeFormulae
 * @returns {string}
 */
function written(value, escapeFormulae) {
  if (value === null || value === undefined) return "";
  if (typeof value !== "string") return typeof value === "object" ? JSON.stringify(value) : String(value);
  return escapeFormulae && FORMULA.test(value) ? `'${value}` : value;
}

/** @param {string} cell */
function quoted(cell) {
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
