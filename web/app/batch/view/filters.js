import { debounce } from "../../latest.js";
import { byId, create } from "../../ui/dom.js";

/**
 * Which rows the table shows, as the person has chosen.
 *
 * @typedef {import("../types.js").Query} Query
 */

/** Milliseconds after the last key of a search. */
const REST = 250;

const search = byId("batch-search", HTMLInputElement);
const kind = byId("batch-kind", HTMLSelectElement);
const answer = byId("batch-answer", HTMLSelectElement);
const truth = byId("batch-truth", HTMLSelectElement);
const truthField = byId("batch-truth-field");
const heads = [...document.querySelectorAll("#batch-table th[data-sort]")];

/** @typedef {NonNullable<Query["sort"]>} Sort */
/** @type {{ sort: Sort, descending: boolean }} */
let order = { sort: "index", descending: false };
/** @type {() => void} */
let changed = () => {};

/** @param {() => void} onChange when other rows are to be shown, or in another order */
export function onQuery(onChange) {
  changed = onChange;
}

/** @returns {Query} */
export function currentQuery() {
  return {
    ...order,
    label: answer.value || null,
    truth: truth.value || null,
    unsureOnly: kind.value === "unsure",
    failedOnly: kind.value === "failed",
    search: search.value.trim(),
  };
}

/** @returns {boolean} whether rows are left out */
export function isFiltered() {
  const { label, truth: right, unsureOnly, failedOnly, search: words } = currentQuery();
  return Boolean(label || right || unsureOnly || failedOnly || words);
}

/**
 * For another table: nothing is left out.
 *
 * @param {readonly string[]} labels
 * @param {boolean} compared whether there are right labels
 */
export function resetFilters(labels, compared) {
  for (const select of [answer, truth]) {
    const options = labels.map((label) => create("option", { value: label }, label));
    select.replaceChildren(create("option", { value: "" }, "Any"), ...options);
  }
  truthField.hidden = !compared;
  order = { sort: "index", descending: false };
  clearFilters();
}

export function clearFilters() {
  search.value = kind.value = answer.value = truth.value = "";
  apply();
}

/**
 * Those rows alone, whatever was chosen before.
 *
 * @param {{ label?: string | null, truth?: string | null }} choice
 */
export function showOnly(choice) {
  search.value = kind.value = "";
  answer.value = choice.label ?? "";
  truth.value = choice.truth ?? "";
  apply();
}

function apply() {
  for (const head of heads) {
    if (!(head instanceof HTMLElement)) continue;
    if (head.dataset["sort"] !== order.sort) head.removeAttribute("aria-sort");
    else head.setAttribute("aria-sort", order.descending ? "descending" : "ascending");
  }
  changed();
}

for (const head of heads) {
  head.addEventListener("click", (event) => {
    if (!(event.target instanceof HTMLButtonElement && head instanceof HTMLElement)) return;
    const sort = /** @type {Sort} */ (head.dataset["sort"]);
    order = { sort, descending: order.sort === sort && !order.descending };
    apply();
  });
}
for (const select of [kind, answer, truth]) select.addEventListener("change", apply);
search.addEventListener("input", debounce(apply, REST));
