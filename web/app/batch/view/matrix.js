import { formatCount, formatPercent } from "../../format.js";
import { byId, create } from "../../ui/dom.js";
import { rows } from "./words.js";

/**
 * Right labels against answers; the keyboard moves from number to number.
 *
 * @typedef {import("../types.js").Evaluation} Evaluation
 */

/** Rows made at a time: a hundred labels have ten thousand cells, and nobody shall wait for them. */
const SLICE = 8;

const grid = byId("batch-grid");
const said = byId("batch-cell");

/** @type {Evaluation | null} */
let shown = null;
/** @type {(truth: string, answer: string) => void} */
let choose = () => {};

/** @param {(truth: string, answer: string) => void} onChoose */
export function onCell(onChoose) {
  choose = onChoose;
}

/** @param {Evaluation} evaluation */
export async function drawMatrix(evaluation) {
  shown = evaluation;
  const { labels, confusion } = evaluation;
  const body = create("tbody", {});
  grid.replaceChildren();
  said.textContent = "";
  for (let truth = 0; truth < labels.length; truth += 1) {
    if (truth % SLICE === 0) await new Promise((resolve) => setTimeout(resolve));
    if (shown !== evaluation) return;
    body.append(drawRow(labels[truth] ?? "", confusion[truth] ?? [], truth));
  }
  grid.style.setProperty("--labels", String(labels.length));
  grid.replaceChildren(drawHead(labels), body);
  const first = body.querySelector("td");
  if (first) first.tabIndex = 0;
}

/** @param {readonly string[]} labels */
function drawHead(labels) {
  const names = labels.map((label) => create("th", { scope: "col" }, create("span", { dir: "auto" }, label)));
  const corner = create("th", { scope: "col" }, create("span", { class: "visually-hidden" }, "Right label"));
  return create("thead", {}, create("tr", {}, corner, ...names));
}

/**
 * @param {string} label
 * @param {readonly number[]} counts
 * @param {number} truth
 */
function drawRow(label, counts, truth) {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const row = create("tr", {}, create("th", { scope: "row", dir: "auto" }, label));
  counts.forEach((count, answer) => {
    const cell = row.insertCell();
    cell.tabIndex = -1;
    if (answer === truth) cell.className = "batch-same";
    if (count === 0) return;
    cell.textContent = formatCount(count);
    cell.style.setProperty("--heat", (count / total).toFixed(3));
  });
  return row;
}

/**
 * @param {EventTarget | null} target
 * @returns {{ cell: HTMLTableCellElement, truth: number, answer: number } | null}
 */
function find(target) {
  const cell = target instanceof Element ? target.closest("td") : null;
  const row = cell?.parentElement;
  if (!cell || !(row instanceof HTMLTableRowElement)) return null;
  return { cell, truth: row.sectionRowIndex, answer: cell.cellIndex - 1 };
}

/** @param {Event} event */
function describe(event) {
  const place = find(event.target);
  if (!place || !shown) return;
  const { labels, confusion } = shown;
  const counts = confusion[place.truth] ?? [];
  const total = counts.reduce((sum, count) => sum + count, 0);
  const count = counts[place.answer] ?? 0;
  const share = total > 0 ? ` (${formatPercent(count / total)})` : "";
  said.textContent = `${labels[place.truth]}: ${rows(total)}, ${formatCount(count)} of them answered ${labels[place.answer]}${share}.`;
}

/** @param {HTMLTableCellElement} cell */
function moveTo(cell) {
  for (const other of grid.querySelectorAll('td[tabindex="0"]')) /** @type {HTMLElement} */ (other).tabIndex = -1;
  cell.tabIndex = 0;
  cell.focus();
}

/** @param {Event} event */
function chooseAt(event) {
  const place = find(event.target);
  if (!place || !shown || !place.cell.textContent) return;
  event.preventDefault();
  moveTo(place.cell);
  choose(shown.labels[place.truth] ?? "", shown.labels[place.answer] ?? "");
}

/** @type {Record<string, [down: number, right: number]>} */
const STEPS = {
  ArrowDown: [1, 0],
  ArrowUp: [-1, 0],
  ArrowRight: [0, 1],
  ArrowLeft: [0, -1],
  PageDown: [10, 0],
  PageUp: [-10, 0],
  Home: [0, -Infinity],
  End: [0, Infinity],
};

grid.addEventListener("keydown", (event) => {
  if (event.key === "Enter" || event.key === " ") return chooseAt(event);
  const step = STEPS[event.key];
  const place = find(event.target);
  if (!step || !place || !shown) return;
  event.preventDefault();
  const [down, right] = event.ctrlKey && step[0] === 0 && !Number.isFinite(step[1]) ? [step[1], step[1]] : step;
  const last = shown.labels.length - 1;
  const at = (/** @type {number} */ from, /** @type {number} */ by) => Math.max(0, Math.min(last, from + by));
  const row = place.cell.closest("tbody")?.rows[at(place.truth, down)];
  const cell = row?.cells[at(place.answer, right) + 1];
  if (cell) moveTo(cell);
});
grid.addEventListener("click", chooseAt);
grid.addEventListener("focusin", describe);
grid.addEventListener("pointerover", describe);
