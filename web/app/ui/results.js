import { formatCount, formatMilliseconds, formatPercent } from "../format.js";
import { announceAnswer } from "./announce.js";
import { byId, create } from "./dom.js";

/**
 * @typedef {import("../../classifier/plain.js").Prediction} Prediction
 * @typedef {import("../../classifier/plain.js").Score} Score
 */

export const ROWS = 5;

const section = byId("answer");
const title = byId("answer-title");
const list = byId("results");
const cost = byId("cost");

/** @param {Prediction} prediction */
export function showResults({ scores, unsure, tokens, milliseconds, truncated }) {
  // Rows are kept, so that their bars can glide from one answer to the next.
  while (list.children.length > scores.length) list.lastElementChild?.remove();
  scores.forEach((score, rank) => fill(list.children[rank] ?? list.appendChild(createRow()), score));
  cost.textContent = `${formatCount(tokens)} tokens · ${formatMilliseconds(milliseconds)}`;
  section.dataset["filled"] = "true";
  setTitle(unsure);
  const best = scores[0];
  const limit = truncated ? " Only the beginning of the text was read." : "";
  const opening = unsure ? "Not sure, perhaps" : "Most likely";
  if (best) announceAnswer(`${opening} ${best.label}, ${formatPercent(best.probability)}.${limit}`);
}

export function clearResults() {
  list.replaceChildren();
  cost.textContent = "";
  section.dataset["filled"] = "false";
  setTitle(false);
  announceAnswer("");
}

/** @param {boolean} unsure */
function setTitle(unsure) {
  section.dataset["unsure"] = String(unsure);
  title.textContent = unsure ? "Not sure, perhaps" : "Most likely";
}

function createRow() {
  return create(
    "li",
    {},
    create("span", { class: "label" }),
    create("span", { class: "percent" }),
    create("span", { class: "bar", "aria-hidden": "true" }),
  );
}

/**
 * @param {Element} row
 * @param {Score} score
 */
function fill(row, { label, probability }) {
  const [name, percent, bar] = row.children;
  if (!(row instanceof HTMLElement && name && percent && bar instanceof HTMLElement)) return;
  row.dataset["label"] = label;
  row.dataset["probability"] = String(probability);
  name.textContent = label;
  percent.textContent = formatPercent(probability);
  bar.style.setProperty("--share", String(probability));
}
