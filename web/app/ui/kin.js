import { describeKin, findKin } from "../kin.js";
import { byId, create } from "./dom.js";
import { decorateRows } from "./results.js";

const sentences = byId("kin");

decorateRows((list, scores, answer) => {
  const kin = answer ? findKin(scores, answer.classifier.bundle.families) : [];
  drawKin(list, kin);
  const rivals = kin.find(({ ranks }) => ranks[0] === 0);
  return rivals ? describeKin(rivals) : "";
});

/**
 * Brackets in the margin hold near-synonyms together, wherever their rows stand; a sentence says it for everybody.
 *
 * @param {Element} list
 * @param {import("../kin.js").Kin[]} kin
 */
function drawKin(list, kin) {
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
