import { describeKin } from "../kin.js";
import { byId, create } from "./dom.js";

const sentences = byId("kin");

/**
 * Brackets in the margin hold near-synonyms together, wherever their rows stand; a sentence says it for everybody.
 *
 * @param {Element} list
 * @param {import("../kin.js").Kin[]} kin
 */
export function drawKin(list, kin) {
  for (const lane of list.querySelectorAll(".lane")) lane.remove();
  kin.forEach(({ ranks, lane }) => {
    const [first, last] = [ranks[0] ?? 0, ranks.at(-1) ?? 0];
    for (let rank = first; rank <= last; rank++) {
      const part = rank === first ? "first" : rank === last ? "last" : ranks.includes(rank) ? "middle" : "pass";
      const bracket = { class: "lane", "data-lane": String(lane), "data-part": part, "aria-hidden": "true" };
      list.children[rank]?.append(create("span", bracket));
    }
  });
  sentences.replaceChildren(...kin.map((family) => create("p", { "data-lane": String(family.lane) }, describeKin(family))));
  sentences.hidden = kin.length === 0;
}
