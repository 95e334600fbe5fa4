import { formatPercent, formatScore } from "../../format.js";
import { byId, create } from "../../ui/dom.js";
import { drawCalibration } from "./calibration.js";
import { drawClasses } from "./classes.js";
import { drawMatrix } from "./matrix.js";
import { rows } from "./words.js";

/**
 * How the answers compare with the right labels. What is folded away is drawn when it is unfolded.
 *
 * @typedef {import("../types.js").Evaluation} Evaluation
 */

const box = byId("batch-compared");
const figures = byId("batch-figures");
const unknown = byId("batch-unknown");

/** @type {[id: string, draw: (evaluation: Evaluation) => unknown][]} */
const FOLDED = [
  ["batch-matrix", drawMatrix],
  ["batch-classes", drawClasses],
  ["batch-calibration", drawCalibration],
];

/** @type {Evaluation | null} */
let shown = null;
/** @type {Set<string>} */
const drawn = new Set();

/** @param {Evaluation | null} evaluation */
export function showCompared(evaluation) {
  shown = evaluation;
  drawn.clear();
  box.hidden = evaluation === null;
  if (!evaluation) return;
  const { count, accuracy, macroF1, calibrationError, unknown: strange } = evaluation;
  const facts = [
    ["Accuracy", count > 0 ? formatPercent(accuracy) : "–"],
    ["Macro-F1", count > 0 ? formatScore(macroF1) : "–"],
    ["Calibration error", count > 0 ? formatScore(calibrationError) : "–"],
    ["Measured on", rows(count)],
  ];
  figures.replaceChildren(...facts.flatMap(([term = "", value = ""]) => [create("dt", {}, term), create("dd", {}, value)]));
  unknown.textContent = `${rows(strange)} left out: the model does not have ${strange === 1 ? "its" : "their"} label.`;
  unknown.hidden = strange === 0;
  for (const [id] of FOLDED) {
    byId(id, HTMLDetailsElement).hidden = count === 0;
    unfold(id);
  }
}

/** @param {string} id */
function unfold(id) {
  if (!shown || drawn.has(id) || !byId(id, HTMLDetailsElement).open) return;
  drawn.add(id);
  FOLDED.find(([name]) => name === id)?.[1](shown);
}

for (const [id] of FOLDED) byId(id).addEventListener("toggle", () => unfold(id));
