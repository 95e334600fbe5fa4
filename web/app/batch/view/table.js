import { byId } from "../../ui/dom.js";
import { place, reveal } from "./placement.js";
import { RowCache } from "./row-cache.js";
import { createGap, createRow, fillRow, setGap } from "./table-row.js";

/**
 * The table of all rows, of which those in sight are drawn.
 *
 * @typedef {import("../types.js").BatchRow} BatchRow
 */

const region = byId("batch-window");
const table = byId("batch-table");
const head = /** @type {HTMLElement} */ (table.querySelector("thead"));
const body = byId("batch-body");
const truthHead = byId("batch-truth-head");

/** Pixels, until a row has been drawn. */
let rowHeight = 52;
let count = 0;
/** The row that the keyboard is on. */
let active = 0;
let cache = new RowCache(async () => [], () => {}, () => {});
/** @type {Map<number, HTMLTableRowElement>} those in the document, by position */
const drawn = new Map();
/** @type {(row: BatchRow) => void} */
let open = () => {};

const above = createGap();
const below = createGap();
body.append(above, below);

/** @param {(row: BatchRow) => void} onOpen */
export function onRow(onOpen) {
  open = onOpen;
}

/**
 * Another query: from the top.
 *
 * @param {number} length
 * @param {(from: number, to: number) => Promise<BatchRow[]>} fetch
 * @param {(error: unknown) => void} onError
 */
export function setRows(length, fetch, onError) {
  cache = new RowCache(fetch, () => draw(true), onError);
  active = 0;
  region.scrollTop = 0;
  growRows(length);
}

/**
 * The same query, by now with more rows.
 *
 * @param {number} length
 */
export function growRows(length) {
  count = length;
  cache.grow(count);
  table.setAttribute("aria-rowcount", String(count + 1));
  region.hidden = count === 0;
  draw(true);
}

/** @param {boolean} shown whether there are right labels to be shown */
export function setTruthColumn(shown) {
  truthHead.hidden = !shown;
  table.dataset["truth"] = String(shown);
}

/** Puts the keyboard back on the row that it was on. */
export function focusActive() {
  region.scrollTop = reveal(active, seen());
  draw();
  buttonAt(active)?.focus({ preventScroll: true });
}

function seen() {
  const height = Math.max(rowHeight, region.clientHeight - head.offsetHeight);
  return { scrollTop: region.scrollTop, height, rowHeight, count };
}

/** @param {boolean} [anew] whether what is drawn already is to be filled again */
function draw(anew = false) {
  const { first, last, before, after } = place(seen());
  dropOutside(first, last);
  /** @type {Element | null} */
  let next = above.nextElementSibling;
  for (let position = first; position < last; position += 1) {
    const known = drawn.get(position);
    const row = known ?? createRow(position);
    if (!known) body.insertBefore(row, next);
    if (!known || anew) fillRow(row, cache.get(position), position === active, !truthHead.hidden);
    drawn.set(position, row);
    next = row.nextElementSibling;
  }
  const columns = truthHead.hidden ? 4 : 5;
  setGap(above, before, columns);
  setGap(below, after, columns);
  measure(drawn.get(first));
  // Tab comes to the row that the keyboard is on, or to the window if that is out of sight.
  region.tabIndex = drawn.has(active) || count === 0 ? -1 : 0;
  cache.want(first, last);
}

/**
 * @param {number} first
 * @param {number} last
 */
function dropOutside(first, last) {
  for (const [position, row] of drawn) {
    if (position >= first && position < last) continue;
    // A row that scrolls away leaves the keyboard in the table.
    if (row.contains(document.activeElement)) region.focus({ preventScroll: true });
    row.remove();
    drawn.delete(position);
  }
}

/** @param {HTMLElement | undefined} row */
function measure(row) {
  const height = row?.getBoundingClientRect().height ?? 0;
  if (height === 0 || Math.abs(height - rowHeight) < 0.01) return;
  rowHeight = height;
  draw();
}

/** @param {number} position */
function buttonAt(position) {
  return /** @type {HTMLElement | null | undefined} */ (drawn.get(position)?.querySelector("button"));
}

/** @param {number} position */
function moveTo(position) {
  const before = buttonAt(active);
  if (before) before.tabIndex = -1;
  active = Math.max(0, Math.min(count - 1, position));
  focusActive();
  const now = buttonAt(active);
  if (now) now.tabIndex = 0;
}

/** @type {Record<string, (page: number) => number>} where a key leads */
const KEYS = {
  ArrowDown: () => active + 1,
  ArrowUp: () => active - 1,
  PageDown: (page) => active + page,
  PageUp: (page) => active - page,
  Home: () => 0,
  End: () => count - 1,
};

region.addEventListener("keydown", (event) => {
  const lead = KEYS[event.key];
  if (!lead || event.altKey || event.metaKey || head.contains(/** @type {Node} */ (event.target))) return;
  event.preventDefault();
  moveTo(lead(Math.max(1, Math.floor(seen().height / rowHeight) - 1)));
});
body.addEventListener("click", (event) => {
  const row = event.target instanceof Element ? event.target.closest("tr") : null;
  const position = Number(row?.dataset["position"] ?? -1);
  const found = cache.get(position);
  if (!found) return;
  moveTo(position);
  open(found);
});

let asked = false;
function drawSoon() {
  if (asked) return;
  asked = true;
  requestAnimationFrame(() => {
    asked = false;
    draw();
  });
}
region.addEventListener("scroll", drawSoon, { passive: true });
new ResizeObserver(drawSoon).observe(region);
