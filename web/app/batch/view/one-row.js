import { formatCount, formatPercent } from "../../format.js";
import { byId, create } from "../../ui/dom.js";
import { focusActive, onRow } from "./table.js";

/**
 * One row in full, beneath the table.
 *
 * @typedef {import("../types.js").Batch} Batch
 * @typedef {import("../types.js").BatchRow} BatchRow
 */

const box = byId("batch-row");
const title = byId("batch-row-title");
const text = byId("batch-row-text");
const facts = byId("batch-row-facts");
const show = byId("batch-row-show");

/** @type {Batch | null} */
let batch = null;
/** @type {BatchRow | null} */
let opened = null;

/** @param {(text: string) => void} showText puts a text into the box of the page */
export function onShow(showText) {
  show.addEventListener("click", () => opened && showText(opened.text));
}

/** @param {Batch} next whose rows are shown */
export function rowsOf(next) {
  batch = next;
  closeRow();
}

export function closeRow() {
  box.hidden = true;
  opened = null;
}

/** @param {BatchRow} row */
function fill(row) {
  opened = row;
  title.textContent = `Row ${formatCount(row.index + 1)}`;
  text.textContent = row.text;
  show.hidden = row.text.trim() === "";
  facts.replaceChildren(...describe(row).flatMap(([term, value]) => [create("dt", { dir: "auto" }, term), create("dd", { dir: "auto" }, value)]));
  box.hidden = false;
  title.focus();
  box.scrollIntoView({ block: "nearest" });
}

/**
 * @param {BatchRow} row
 * @returns {[term: string, value: string][]}
 */
function describe(row) {
  /** @type {[string, string][]} */
  const answer =
    row.label === null
      ? [["No answer", row.error ?? "Not reached yet"]]
      : [["Answer", `${row.label}, ${formatPercent(row.probability ?? 0)}${row.unsure ? ", unsure" : ""}`]];
  if (row.truth !== null) answer.push(["Right label", row.truth]);
  // Asked anew: a file that is being read may turn out to have further columns.
  const { columns = [] } = batch?.source ?? {};
  const { textColumn, labelColumn } = batch?.choice ?? {};
  const others = columns.flatMap((name, place) => {
    const cell = row.cells[place];
    return name === textColumn || name === labelColumn || !cell ? [] : [/** @type {[string, string]} */ ([name, cell])];
  });
  return [...answer, ...others];
}

function close() {
  closeRow();
  focusActive();
}

onRow(fill);
byId("batch-row-close").addEventListener("click", close);
box.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  event.preventDefault();
  close();
});
