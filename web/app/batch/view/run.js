import { byId } from "../../ui/dom.js";
import { ending, pace, quarters, rows } from "./words.js";

/**
 * A run as it is seen and heard.
 *
 * @typedef {import("../types.js").Batch} Batch
 * @typedef {import("../types.js").Progress} Progress
 */

const title = byId("batch-run-title");
const bar = byId("batch-bar", HTMLProgressElement);
const line = byId("batch-pace");
const notice = byId("batch-notice");
const pause = byId("batch-pause", HTMLButtonElement);
const cancel = byId("batch-cancel", HTMLButtonElement);
const news = byId("batch-news");

/** @type {Batch | null} */
let batch = null;
/** Quarters that have been said. */
let said = 0;
let started = false;

/** @param {string} text */
export function say(text) {
  news.textContent = text;
}

/** @param {Batch} next */
export function openRun(next) {
  batch = next;
  started = false;
  title.textContent = next.source.name;
  notice.textContent = next.notice ?? "";
  notice.hidden = !next.notice;
  cancel.removeAttribute("aria-disabled");
  bar.removeAttribute("value");
  showRun(next.progress);
}

/** @param {Progress} progress */
export function showRun(progress) {
  const { done, total, read, state } = progress;
  if (total !== null) [bar.max, bar.value] = [Math.max(1, total), done];
  else if (read !== undefined) [bar.max, bar.value] = [1, read];
  else bar.removeAttribute("value");
  line.textContent = pace(progress);
  pause.textContent = state === "paused" ? "Go on" : "Pause";
  pause.disabled = state === "reading";
  if (state === "running") tell(progress);
}

/**
 * The beginning and every quarter; not every row.
 *
 * @param {Progress} progress
 */
function tell(progress) {
  if (progress.total === null) return;
  const now = Math.min(3, quarters(progress));
  if (!started) say(progress.done > 0 ? `Going on with ${rows(progress.total)}.` : `Started: ${rows(progress.total)}.`);
  else if (now > said) say(`${now * 25}% done.`);
  started = true;
  said = now;
}

/** @param {Progress} progress */
export function sayEnd(progress) {
  say(ending(progress));
}

pause.addEventListener("click", () => {
  if (!batch) return;
  const wasPaused = batch.progress.state === "paused";
  if (wasPaused) batch.go();
  else batch.pause();
  say(wasPaused ? "Goes on." : "Paused.");
  showRun({ ...batch.progress, state: wasPaused ? "running" : "paused" });
});
// A button that is disabled would lose the keyboard.
cancel.addEventListener("click", () => {
  if (cancel.getAttribute("aria-disabled") === "true") return;
  cancel.setAttribute("aria-disabled", "true");
  void batch?.cancel();
});
