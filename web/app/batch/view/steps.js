import { byId } from "../../ui/dom.js";

/**
 * Which part of the panel is seen.
 *
 * @typedef {"choose" | "left" | "preview" | "reading" | "run" | "done"} Step
 */

/** @type {Record<Step, string[]>} */
const SHOWN = {
  choose: ["batch-choose"],
  left: ["batch-left"],
  preview: ["batch-preview"],
  reading: ["batch-run"],
  run: ["batch-run", "batch-results"],
  done: ["batch-results"],
};
/** @type {Record<Step, string>} where the keyboard goes if what it was on is gone */
const FIRST = {
  choose: "batch-file",
  left: "batch-resume",
  preview: "batch-preview-title",
  reading: "batch-run-title",
  run: "batch-run-title",
  done: "batch-results-title",
};
const PARTS = [...new Set(Object.values(SHOWN).flat())].map((id) => byId(id));
const download = byId("batch-download");
const error = byId("batch-error");
const errorText = byId("batch-error-text");
const retry = byId("batch-retry", HTMLButtonElement);

/** @type {Step} */
let step = "choose";

export function currentStep() {
  return step;
}

/** @param {Step} next */
export function enter(next) {
  step = next;
  const focused = document.activeElement;
  for (const part of PARTS) part.hidden = !SHOWN[next].includes(part.id);
  download.hidden = next !== "done";
  if (PARTS.some((part) => part.hidden && part.contains(focused))) byId(FIRST[next]).focus();
}

/**
 * @param {unknown} cause
 * @param {(() => void) | null} [again] what could be tried again
 */
export function showError(cause, again = null) {
  errorText.textContent = cause instanceof Error ? cause.message : String(cause);
  retry.hidden = again === null;
  retry.onclick = again;
  error.hidden = false;
  error.scrollIntoView({ block: "nearest" });
}

export function hideError() {
  error.hidden = true;
  errorText.textContent = "";
}
