import { byId, create } from "../../ui/dom.js";
import { rows, size } from "./words.js";

/**
 * The first rows of a table that was opened, and the choice of its columns.
 *
 * @typedef {import("../types.js").Source} Source
 * @typedef {import("../types.js").Choice} Choice
 */

const title = byId("batch-preview-title");
const facts = byId("batch-preview-facts");
const table = byId("batch-preview-table");
const textColumn = byId("batch-text-column", HTMLSelectElement);
const labelColumn = byId("batch-label-column", HTMLSelectElement);

/** Characters: a preview is for telling columns apart. */
const SEEN = 160;
/** Characters that want a column of some width. */
const LONG = 24;
const ROWS = 6;

/** @param {Source} source */
export function showPreview(source) {
  const { name, bytes, format, columns, preview } = source;
  title.textContent = name;
  facts.textContent = `${format.toUpperCase()}, ${size(bytes)}, ${rows(columns.length, "column")}`;
  table.replaceChildren(
    create("thead", {}, create("tr", {}, ...columns.map((column) => create("th", { scope: "col", dir: "auto" }, column)))),
    create("tbody", {}, ...preview.slice(0, ROWS).map((cells) => drawRow(cells, columns.length))),
  );
  textColumn.replaceChildren(...columns.map((column) => create("option", { value: column }, column)));
  textColumn.value = source.textColumn;
  fillLabelColumn(columns, source.labelColumn);
}

/** @returns {Choice} */
export function chosenColumns() {
  return { textColumn: textColumn.value, labelColumn: labelColumn.value || null };
}

/**
 * @param {string[]} cells
 * @param {number} width of the table
 */
function drawRow(cells, width) {
  const all = Array.from({ length: width }, (_, place) => cells[place] ?? "");
  return create("tr", {}, ...all.map((cell) => create("td", {}, create("span", { class: cell.length > LONG ? "batch-clip batch-long" : "batch-clip", dir: "auto" }, shorten(cell)))));
}

/** @param {string} cell */
function shorten(cell) {
  return cell.length > SEEN ? `${cell.slice(0, SEEN)}…` : cell;
}

/**
 * Any but the one with the texts.
 *
 * @param {readonly string[]} columns
 * @param {string | null} selected
 */
function fillLabelColumn(columns, selected) {
  const others = columns.filter((column) => column !== textColumn.value);
  labelColumn.replaceChildren(
    create("option", { value: "" }, "None"),
    ...others.map((column) => create("option", { value: column }, column)),
  );
  labelColumn.value = selected !== null && others.includes(selected) ? selected : "";
}

textColumn.addEventListener("change", () => {
  const columns = [...textColumn.options].map(({ value }) => value);
  fillLabelColumn(columns, labelColumn.value || null);
});
