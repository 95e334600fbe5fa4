import { formatCount, formatPercent } from "../../format.js";
import { byId, create } from "../../ui/dom.js";

/** @typedef {import("../types.js").Evaluation} Evaluation */

const SVG = "http://www.w3.org/2000/svg";
/** Of the square that is drawn in, of any unit. */
const SIDE = 240;

const diagram = byId("batch-diagram");
const body = byId("batch-bins");

/** @param {Evaluation} evaluation */
export function drawCalibration({ bins }) {
  const width = 1 / bins.length;
  const filled = bins.map((bin, place) => ({ ...bin, from: place * width, to: (place + 1) * width })).filter(({ count }) => count > 0);
  // The table beside it says the same in words.
  const svg = element("svg", { viewBox: `-1 -1 ${SIDE + 2} ${SIDE + 2}`, "aria-hidden": "true", focusable: "false" });
  svg.append(
    element("rect", { class: "batch-frame", width: SIDE, height: SIDE }),
    ...filled.map(({ from, accuracy }) => bar(from, width, accuracy)),
    element("line", { class: "batch-ideal", x1: 0, y1: SIDE, x2: SIDE, y2: 0 }),
  );
  const axis = (/** @type {string} */ name) => create("span", { class: `batch-axis batch-axis-${name}`, "aria-hidden": "true" });
  const [across, up] = [axis("across"), axis("up")];
  across.append("probability of the answer");
  up.append("right");
  diagram.replaceChildren(up, svg, across);
  body.replaceChildren(
    ...filled.map(({ from, to, confidence, accuracy, count }) =>
      create(
        "tr",
        {},
        create("th", { scope: "row" }, `${Math.round(from * 100)}–${Math.round(to * 100)}%`),
        create("td", {}, formatPercent(confidence)),
        create("td", {}, formatPercent(accuracy)),
        create("td", {}, formatCount(count)),
      ),
    ),
  );
}

/**
 * @param {number} from
 * @param {number} width
 * @param {number} height share of the side, as all three
 */
function bar(from, width, height) {
  const inset = 1.5;
  return element("rect", {
    class: "batch-bin",
    x: from * SIDE + inset,
    y: (1 - height) * SIDE,
    width: width * SIDE - 2 * inset,
    height: height * SIDE,
  });
}

/**
 * @param {string} name
 * @param {Record<string, string | number>} attributes
 */
function element(name, attributes) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  return made;
}
