import { formatCount, formatScore } from "../../format.js";
import { byId, create } from "../../ui/dom.js";

/**
 * @typedef {import("../types.js").Evaluation} Evaluation
 * @typedef {Evaluation["classes"][number]} Class
 * @typedef {keyof Class} Key
 */

/** @type {[key: Key, name: string][]} */
const COLUMNS = [
  ["label", "Label"],
  ["precision", "Precision"],
  ["recall", "Recall"],
  ["f1", "F1"],
  ["support", "Rows"],
];

const head = byId("batch-classes-head");
const body = byId("batch-classes-body");

/** @type {Class[]} */
let classes = [];
/** @type {{ key: Key | null, descending: boolean }} */
let order = { key: null, descending: false };

/** @param {Evaluation} evaluation */
export function drawClasses(evaluation) {
  classes = evaluation.classes;
  order = { key: null, descending: false };
  const cells = COLUMNS.map(([key, name]) => {
    return create("th", { scope: "col", "data-key": key }, create("button", { type: "button" }, name));
  });
  head.replaceChildren(create("tr", {}, ...cells));
  draw();
}

function draw() {
  for (const cell of head.querySelectorAll("th")) {
    if (cell.dataset["key"] !== order.key) cell.removeAttribute("aria-sort");
    else cell.setAttribute("aria-sort", order.descending ? "descending" : "ascending");
  }
  body.replaceChildren(...sorted().map(drawClass));
}

function sorted() {
  const { key, descending } = order;
  if (key === null) return classes; // as the model has them
  const sign = descending ? -1 : 1;
  return [...classes].sort((a, b) => sign * (key === "label" ? a.label.localeCompare(b.label) : a[key] - b[key]));
}

/** @param {Class} one */
function drawClass({ label, precision, recall, f1, support }) {
  return create(
    "tr",
    {},
    create("th", { scope: "row", dir: "auto" }, label),
    ...[precision, recall, f1].map((score) => create("td", {}, formatScore(score))),
    create("td", {}, formatCount(support)),
  );
}

head.addEventListener("click", (event) => {
  const cell = event.target instanceof HTMLButtonElement ? event.target.closest("th") : null;
  if (!cell) return;
  const key = /** @type {Key} */ (cell.dataset["key"]);
  order = { key, descending: order.key === key && !order.descending };
  draw();
});
