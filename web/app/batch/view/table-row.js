import { formatCount, formatPercent } from "../../format.js";
import { create } from "../../ui/dom.js";

/** @typedef {import("../types.js").BatchRow} BatchRow */

/** Characters of a text that its two lines can have room for. */
const SEEN = 300;

/** What stands for the rows that are not drawn. */
export function createGap() {
  return create("tr", { class: "batch-gap", "aria-hidden": "true" }, create("td", {}));
}

/**
 * @param {HTMLTableRowElement} gap
 * @param {number} pixels
 * @param {number} columns
 */
export function setGap(gap, pixels, columns) {
  gap.hidden = pixels === 0;
  const cell = gap.cells[0];
  if (!cell) return;
  cell.colSpan = columns; // one more than there are would be given room
  cell.style.setProperty("height", `${pixels}px`);
}

/** @param {number} position */
export function createRow(position) {
  const cells = [0, 1, 2].map(() => create("td", {}, create("span", { class: "batch-clip", dir: "auto" })));
  const text = create("button", { type: "button", class: "batch-text" }, create("span", { class: "batch-clip", dir: "auto" }));
  const row = create("tr", { "aria-rowindex": String(position + 2), "data-position": String(position) });
  row.append(create("th", { scope: "row" }), ...cells, create("td", {}, text));
  return row;
}

/**
 * @param {HTMLTableRowElement} element
 * @param {BatchRow | undefined} row unless it has come in
 * @param {boolean} active whether the keyboard is on it
 * @param {boolean} compared whether right labels are shown
 */
export function fillRow(element, row, active, compared) {
  const [index, label, probability, truth, text] = element.cells;
  const button = text?.querySelector("button");
  if (!(index && label && probability && truth && button)) return;
  button.tabIndex = active ? 0 : -1;
  truth.hidden = !compared;
  index.textContent = row ? formatCount(row.index + 1) : "";
  put(label, row ? answer(row) : "…");
  put(probability, typeof row?.probability === "number" ? formatPercent(row.probability) : "");
  put(truth, row?.truth ?? "");
  put(button, row ? row.text.slice(0, SEEN) || row.error || "(empty)" : "…");
  element.dataset["kind"] = row ? kindOf(row) : "waiting";
  element.dataset["differs"] = String(isWrong(row));
}

/** @param {BatchRow} row */
function answer({ label, unsure }) {
  if (label === null) return "no answer";
  return unsure ? `${label} (unsure)` : label;
}

/** @param {BatchRow} row */
function kindOf({ label, unsure }) {
  if (label === null) return "failed";
  return unsure ? "unsure" : "sure";
}

/** @param {BatchRow | undefined} row */
function isWrong(row) {
  return Boolean(row?.truth && row.label !== null && row.truth !== row.label);
}

/**
 * @param {Element} cell
 * @param {string} words
 */
function put(cell, words) {
  if (cell.firstElementChild) cell.firstElementChild.textContent = words;
}
