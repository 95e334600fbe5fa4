import { create } from "../ui/dom.js";

/**
 * A table that is moved sideways where the screen is too narrow for it.
 *
 * @param {string} caption
 * @param {string[]} head
 * @param {(string | Node)[][]} rows the first cell of each names it
 * @param {Record<string, string>} [attributes] of the table
 */
export function table(caption, head, rows, attributes = {}) {
  const titles = head.map((title) => create("th", { scope: "col" }, title));
  const body = rows.map(([name, ...cells]) =>
    create("tr", {}, create("th", { scope: "row" }, name ?? ""), ...cells.map((cell) => create("td", {}, cell))),
  );
  const made = create(
    "table",
    attributes,
    create("caption", {}, caption),
    create("thead", {}, create("tr", {}, ...titles)),
    create("tbody", {}, ...body),
  );
  return create("div", { class: "scroll", role: "region", tabindex: "0", "aria-label": caption }, made);
}
