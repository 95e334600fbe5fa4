import { onAnswer } from "../answers.js";
import { formatCount, formatMilliseconds, formatPercent } from "../format.js";
import { announceAnswer } from "./announce.js";
import { byId, create } from "./dom.js";

/**
 * @typedef {import("../../classifier/plain.js").Score} Score
 * @typedef {import("../answers.js").Answer} Answer
 */

const ROWS = 5;

const section = byId("answer");
const title = byId("answer-title");
const list = byId("results");
const cost = byId("cost");
const more = byId("more", HTMLButtonElement);

/** @type {Answer | null} */
let shown = null;
let showsAll = false;
/**
 * @typedef {(list: Element, scores: Score[], answer: Answer | null) => string} Decorate draws what belongs to the rows, and
 *   says it in a sentence for those who do not see it
 * @type {Decorate}
 */
let decorate = () => "";
/** @type {((label: string) => void) | null} */
let choose = null;
/** @type {string | null} */
let chosen = null;

onAnswer((answer) => {
  shown = answer;
  if (answer) show(answer);
  else clear();
});

more.addEventListener("click", () => {
  showsAll = !showsAll;
  more.setAttribute("aria-expanded", String(showsAll));
  if (shown) showRows(shown);
});

/** @param {Answer} answer */
function show(answer) {
  const { scores, unsure, tokens, milliseconds, truncated } = answer.prediction;
  const rivals = showRows(answer);
  cost.textContent = `${formatCount(tokens)} tokens · ${formatMilliseconds(milliseconds)}`;
  more.textContent = `All ${formatCount(scores.length)} labels`;
  more.hidden = scores.length <= ROWS;
  section.dataset["filled"] = "true";
  setTitle(unsure);
  const best = scores[0];
  if (!best) return;
  const opening = `${title.textContent} ${best.label}, ${formatPercent(best.probability)}.`;
  const limit = truncated ? "Only the beginning of the text was read." : "";
  announceAnswer([opening, rivals, limit].filter(Boolean).join(" "));
}

/** @param {Answer} answer */
function showRows(answer) {
  const { prediction } = answer;
  const scores = showsAll ? prediction.scores : prediction.scores.slice(0, ROWS);
  // Rows are kept, so that their bars can glide from one answer to the next.
  while (list.children.length > scores.length) list.lastElementChild?.remove();
  scores.forEach((score, rank) => fill(list.children[rank] ?? list.appendChild(create("li", {}, createRow())), score));
  press();
  return decorate(list, scores, answer);
}

function clear() {
  list.replaceChildren();
  decorate(list, [], null);
  cost.textContent = "";
  section.dataset["filled"] = "false";
  setTitle(false);
  announceAnswer("");
}

/** @param {Decorate} draw for all answers from now on, the one that is shown too */
export function decorateRows(draw) {
  decorate = draw;
  if (shown) show(shown);
}

/**
 * Makes every row a button, or a mere row again.
 *
 * @param {((label: string) => void) | null} onChoice
 */
export function letChoose(onChoice) {
  choose = onChoice;
  for (const row of list.children) row.firstElementChild?.replaceWith(createRow());
  if (shown) showRows(shown);
}

/** @param {string | null} label the row that is pressed */
export function setChosen(label) {
  chosen = label;
  press();
}

function press() {
  for (const button of list.querySelectorAll("button.row")) {
    button.setAttribute("aria-pressed", String(button.parentElement?.dataset["label"] === chosen));
  }
}

list.addEventListener("click", (event) => {
  const row = event.target instanceof Element ? event.target.closest("button.row") : null;
  const label = row?.parentElement?.dataset["label"];
  if (label !== undefined) choose?.(label);
});

/** @param {boolean} unsure */
function setTitle(unsure) {
  section.dataset["unsure"] = String(unsure);
  title.textContent = unsure ? "Not sure, perhaps" : "Most likely";
}

function createRow() {
  const parts = [
    create("span", { class: "label", dir: "auto" }),
    create("span", { class: "percent" }),
    create("span", { class: "bar", "aria-hidden": "true" }),
  ];
  return choose ? create("button", { type: "button", class: "row", "aria-pressed": "false" }, ...parts) : create("div", { class: "row" }, ...parts);
}

/**
 * @param {Element} item
 * @param {Score} score
 */
function fill(item, { label, probability }) {
  const [name, percent, bar] = item.firstElementChild?.children ?? [];
  if (!(item instanceof HTMLElement && name && percent && bar instanceof HTMLElement)) return;
  item.dataset["label"] = label;
  item.dataset["probability"] = String(probability);
  name.textContent = label;
  percent.textContent = formatPercent(probability);
  bar.style.setProperty("--share", String(probability));
}
