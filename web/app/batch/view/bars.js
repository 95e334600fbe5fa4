import { formatCount, formatPercent } from "../../format.js";
import { byId, create } from "../../ui/dom.js";

/**
 * How often which label was answered, as bars that are a table.
 *
 * @typedef {{ label: string, count: number }} Count
 */

/** Labels shown until all are asked for. */
const FEW = 8;

const body = byId("batch-bars");
const more = byId("batch-more");

/** @type {Count[]} */
let counts = [];
/** @type {string | null} */
let chosen = null;
let all = false;
/** @type {(label: string | null) => void} */
let choose = () => {};

/** @param {(label: string | null) => void} onChoose null when the chosen one is chosen again */
export function onBar(onChoose) {
  choose = onChoose;
}

/**
 * @param {Count[]} labels
 * @param {string | null} label that rows are chosen by
 */
export function showBars(labels, label) {
  counts = labels;
  chosen = label;
  draw();
}

function draw() {
  const ranked = inOrder();
  const total = counts.reduce((sum, { count }) => sum + count, 0);
  const most = Math.max(1, ...counts.map(({ count }) => count));
  const few = ranked.filter(({ count, label }, rank) => (rank < FEW && count > 0) || label === chosen);
  const seen = all ? ranked : few;
  const known = new Map([...body.children].map((row) => [/** @type {HTMLElement} */ (row).dataset["label"], row]));
  const drawn = seen.map((count) => fill(known.get(count.label) ?? createBar(count.label), count, most, total));
  if (drawn.length !== body.children.length || drawn.some((row, place) => row !== body.children[place])) body.replaceChildren(...drawn);
  more.hidden = counts.length <= few.length && !all;
  more.textContent = all ? "Show the most frequent only" : `Show all ${formatCount(counts.length)} labels`;
  more.setAttribute("aria-expanded", String(all));
}

/** Most frequent first; while the keyboard is on a bar, they stay where they are. */
function inOrder() {
  const ranked = [...counts].sort((a, b) => b.count - a.count);
  if (!body.contains(document.activeElement)) return ranked;
  const places = new Map([...body.children].map((row, place) => [/** @type {HTMLElement} */ (row).dataset["label"], place]));
  return ranked.sort((a, b) => (places.get(a.label) ?? Infinity) - (places.get(b.label) ?? Infinity) || b.count - a.count);
}

/** @param {string} label */
function createBar(label) {
  const button = create("button", { type: "button", class: "batch-link", dir: "auto" }, label);
  const row = create("tr", { "data-label": label });
  row.append(create("th", { scope: "row" }, button), create("td", {}, create("span", { class: "batch-bar" })), create("td", {}));
  const share = create("span", { class: "visually-hidden" });
  row.cells[1]?.append(share);
  return row;
}

/**
 * @param {Element} row
 * @param {Count} count
 * @param {number} most
 * @param {number} total
 */
function fill(row, { label, count }, most, total) {
  const [name, share, number] = /** @type {HTMLTableRowElement} */ (row).cells;
  if (!(name && share && number)) return row;
  name.firstElementChild?.setAttribute("aria-pressed", String(label === chosen));
  const [bar, words] = share.children;
  if (bar instanceof HTMLElement) bar.style.setProperty("--share", String(count / most));
  if (words) words.textContent = formatPercent(total === 0 ? 0 : count / total);
  number.textContent = formatCount(count);
  return row;
}

body.addEventListener("click", (event) => {
  const button = event.target instanceof Element ? event.target.closest("button") : null;
  const label = button?.closest("tr")?.dataset["label"];
  if (label !== undefined) choose(label === chosen ? null : label);
});
more.addEventListener("click", () => {
  all = !all;
  draw();
});
