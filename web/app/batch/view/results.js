import { formatCount } from "../../format.js";
import { byId, create } from "../../ui/dom.js";
import { clearFilters, currentQuery, isFiltered, onQuery, resetFilters, showOnly } from "./filters.js";
import { onBar, showBars } from "./bars.js";
import { closeRow, rowsOf } from "./one-row.js";
import { countReasons } from "./reasons.js";
import { isSuperseded } from "./row-cache.js";
import { growRows, setRows, setTruthColumn } from "./table.js";
import { ending, rows, shownOf } from "./words.js";

/**
 * What a run has answered so far: how often which label, and every row.
 *
 * @typedef {import("../types.js").Batch} Batch
 */

const title = byId("batch-results-title");
const summary = byId("batch-summary");
const reasons = byId("batch-reasons");
const counted = byId("batch-count");
const clear = byId("batch-clear");
const rowsTitle = byId("batch-rows-title");

/** @type {Batch | null} */
let batch = null;
/** Of the newest query: what an older one finds is of no use any more. */
let asked = 0;
let finding = 0;
/** @type {(error: unknown) => void} */
let fail = () => {};

/** @param {(error: unknown) => void} onError */
export function onResultsError(onError) {
  fail = onError;
}

/**
 * @param {Batch} next
 * @param {readonly string[]} labels of the model
 */
export function openResults(next, labels) {
  batch = next;
  title.textContent = `${next.source.name}: answers`;
  reasons.hidden = true;
  const compared = next.choice.labelColumn !== null;
  rowsOf(next);
  setTruthColumn(compared);
  resetFilters(labels, compared);
}

/** Brings up to date what is shown while rows come in. */
export async function refreshResults() {
  if (!batch) return;
  summarise(batch);
  // A search that takes long is not begun anew before it has ended.
  if (finding === 0) await find(batch, growRows);
}

/** The run is over, in whatever way. */
export async function finishResults() {
  if (!batch) return;
  const ended = batch;
  summarise(ended);
  summary.textContent = [ending(ended.progress), `${formatCount(ended.distribution().unsure)} unsure.`].join(" ");
  await Promise.all([find(ended, growRows), listReasons(ended)]);
}

/** @param {Batch} of */
function summarise(of) {
  const { done, failed, total } = of.progress;
  const { unsure, labels } = of.distribution();
  const share = total !== null && total > done ? `${formatCount(done)} of ${rows(total)}` : rows(done);
  summary.textContent = `${share} so far, ${formatCount(unsure)} unsure, ${formatCount(failed)} without an answer.`;
  showBars(labels, currentQuery().label ?? null);
}

/** @param {Batch} of */
async function listReasons(of) {
  if (of.distribution().failed === 0) return;
  const found = await countReasons(of);
  if (of !== batch) return;
  reasons.replaceChildren(...found.map(([reason, count]) => create("li", {}, `${rows(count)}: ${reason}`)));
  reasons.hidden = false;
}

/**
 * @param {Batch} of
 * @param {(count: number, fetch: (from: number, to: number) => Promise<import("../types.js").BatchRow[]>, onError: (error: unknown) => void) => void} put
 */
async function find(of, put) {
  const query = currentQuery();
  const mine = (asked += 1);
  finding += 1;
  try {
    const [found, all] = await Promise.all([of.count(query), isFiltered() ? of.count({}) : null]);
    if (mine !== asked || of !== batch) return;
    put(found, (from, to) => of.rows(query, from, to), fail);
    const words = shownOf(found, all ?? found);
    if (counted.textContent !== words) counted.textContent = words;
    clear.hidden = !isFiltered();
  } catch (error) {
    if (mine === asked && of === batch && !isSuperseded(error)) fail(error);
  } finally {
    finding -= 1;
  }
}

/**
 * Shows some rows alone, and leads there.
 *
 * @param {{ label?: string | null, truth?: string | null }} choice
 */
export function showRows(choice) {
  showOnly(choice);
  rowsTitle.focus();
  rowsTitle.scrollIntoView({ block: "start" });
}

onQuery(() => {
  if (!batch) return;
  closeRow();
  showBars(batch.distribution().labels, currentQuery().label ?? null);
  void find(batch, setRows);
});
onBar((label) => showOnly({ label }));
clear.addEventListener("click", () => {
  byId("batch-search").focus(); // the button is about to go
  clearFilters();
});
