import { formatPercent } from "../format.js";
import { createCut } from "../ui/truncation.js";
import { create } from "../ui/dom.js";
import { formatPoints } from "./points.js";
import { letWalk } from "./walk.js";
import { MARKED, piecesOf, strengthOf, strongest } from "./weights.js";

/** @typedef {import("../../classifier/plain.js").Explanation} Explanation */

/** Words that are named aloud. */
const NAMED = 3;
const NONE = `no single word changes it by ${100 * MARKED} points or more.`;

/** @param {HTMLElement} panel */
export function showWeighing(panel) {
  const sentence = "The text is read again and again, each time without one of its words…";
  panel.setAttribute("aria-busy", "true");
  panel.replaceChildren(create("p", { class: "small" }, sentence), create("progress", { "aria-label": "Weighing the words" }));
}

/**
 * @param {HTMLElement} panel
 * @param {unknown} error
 */
export function showProblem(panel, error) {
  panel.removeAttribute("aria-busy");
  const sentence = error instanceof Error ? error.message : String(error);
  panel.replaceChildren(create("p", { class: "panel alarm", role: "alert" }, sentence));
}

/**
 * @param {HTMLElement} panel
 * @param {string} text
 * @param {Explanation} explanation
 * @param {number} cut where the model stopped reading
 */
export function showExplanation(panel, text, { label, probability, words }, cut) {
  const read = words.filter(({ start }) => start < cut);
  panel.removeAttribute("aria-busy");
  panel.replaceChildren(
    create("h3", {}, "Why ", create("bdi", {}, label), `, ${formatPercent(probability)}?`),
    drawText(text, label, words, cut),
    create("p", { class: "small" }, ...legend(strongest(words, 1).length > 0)),
    createTable(label, read),
  );
}

/** @param {boolean} marked whether there is a line to be explained */
function legend(marked) {
  const meaning =
    "In percentage points: how much more probable the label is with the word than without it. " +
    "The words act together, so the numbers do not add up. Choose another label in the list above to see what speaks for that one.";
  if (!marked) return [`No line: ${NONE} ${meaning}`];
  return [
    create("span", { class: "word", "data-sign": "+" }, "This line"),
    " speaks for the label, ",
    create("span", { class: "word", "data-sign": "−" }, "this one"),
    ` against it; the thicker, the more. ${meaning}`,
  ];
}

/**
 * @param {string} text
 * @param {string} label
 * @param {Explanation["words"]} words
 * @param {number} cut
 */
function drawText(text, label, words, cut) {
  const group = "Words that change the answer; arrow keys go from one to the next";
  const drawn = create("p", { class: "why-text", dir: "auto", role: "group", "aria-label": group });
  let isCut = false;
  for (const { text: part, weight, unread } of piecesOf(text, words, cut)) {
    if (unread && !isCut) drawn.append(createCut());
    isCut ||= unread;
    drawn.append(weight === null ? create("span", unread ? { class: "unread" } : {}, part) : drawWord(part, weight));
  }
  const tip = create("span", { class: "tip", "aria-hidden": "true", hidden: "" });
  const frame = create("div", { class: "why-frame" }, drawn, tip);
  letWalk(drawn, tip, (word) => `${word.dataset["points"]} points for ${label}`);
  return frame;
}

/** Letters. A longer word may be broken between its end and its sign, and on a phone has to be. */
const LONG = 20;

/**
 * @param {string} word
 * @param {number} weight
 */
function drawWord(word, weight) {
  const points = formatPoints(weight);
  const drawn = create("span", {
    class: word.length > LONG ? "word" : "word short",
    role: "button",
    tabindex: "-1",
    "data-sign": weight < 0 ? "−" : "+",
    "data-points": points,
    "aria-label": `${word}, ${points} points`,
  }, word);
  drawn.style.setProperty("--strength", String(strengthOf(weight)));
  return drawn;
}

/**
 * @param {string} label
 * @param {Explanation["words"]} words
 */
function createTable(label, words) {
  const rows = words.map(({ word, weight }) =>
    create("tr", {}, create("th", { scope: "row", dir: "auto" }, word), create("td", {}, formatPoints(weight))),
  );
  const head = create("tr", {}, create("th", { scope: "col" }, "Word"), create("th", { scope: "col" }, "Points"));
  const caption = create("caption", {}, "What each word adds to ", create("bdi", {}, label), ", in the order of the text");
  const table = create("table", {}, caption, create("thead", {}, head), create("tbody", {}, ...rows));
  return create("details", { class: "numbers" }, create("summary", {}, "The numbers of all words"), table);
}

/**
 * @param {Explanation} explanation
 * @returns {string} for those who do not see it
 */
export function summarize({ label, words }) {
  const named = strongest(words, NAMED).map(({ word, weight }) => `${word} ${formatPoints(weight)}`);
  if (named.length === 0) return `Why ${label}: ${NONE}`;
  return `Why ${label}, in percentage points: ${named.join(", ")}.`;
}
