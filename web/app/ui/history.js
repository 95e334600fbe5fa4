import { currentAnswer, onAnswer } from "../answers.js";
import { formatCount, formatPercent } from "../format.js";
import { remember } from "../history.js";
import { debounce } from "../latest.js";
import { announce } from "./announce.js";
import { byId, create } from "./dom.js";

/** @typedef {import("../history.js").Entry} Entry */

/** Milliseconds after which a text counts as written, and not as being written. */
const REST = 1000;

const box = byId("history", HTMLDetailsElement);
const summary = byId("history-title");
const list = byId("entries");

/** @type {Entry[]} in memory alone */
let entries = [];

/**
 * @param {(text: string) => void} show
 * @param {() => void} leave where the focus goes when nothing is left
 */
export function keepHistory(show, leave) {
  onAnswer(rest);
  list.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest("button") : null;
    const entry = entries[[...list.children].findIndex((item) => item.contains(button))];
    if (button && entry) show(entry.text);
  });
  byId("forget").addEventListener("click", () => {
    entries = [];
    render();
    announce("The history is cleared.");
    leave();
  });
}

const rest = debounce((/** @type {import("../answers.js").Answer | null} */ answer) => {
  if (!answer || answer !== currentAnswer()) return;
  const { label, probability, unsure } = answer.prediction;
  entries = remember(entries, { text: answer.text, label, probability, unsure });
  render();
}, REST);

function render() {
  box.hidden = entries.length === 0;
  summary.textContent = `Earlier in this visit (${formatCount(entries.length)})`;
  list.replaceChildren(...entries.map((entry) => create("li", {}, createEntry(entry))));
}

/** @param {Entry} entry */
function createEntry({ text, label, probability, unsure }) {
  return create(
    "button",
    { type: "button", class: "entry" },
    create("span", { class: "text", dir: "auto" }, text),
    create("span", { class: "said" }, `${unsure ? "not sure, perhaps " : ""}${label} ${formatPercent(probability)}`),
  );
}
