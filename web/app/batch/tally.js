import { BINS, binOf, evaluation } from "./metrics.js";
import { NONE } from "./rows.js";

/**
 * @typedef {object} Counts plain data, to cross between page and worker
 * @property {number[]} labels answers with each label
 * @property {number} unsure
 * @property {number} failed
 * @property {number} unknown
 * @property {number[][]} confusion
 * @property {import("./metrics.js").Bins} bins
 */

/** Running counts over the rows that are done: as many numbers for a million rows as for ten. */
export class Tally {
  /**
   * @param {readonly string[]} labels
   * @param {Counts} [counts] to go on from
   */
  constructor(labels, counts) {
    const zeros = (/** @type {number} */ length) => /** @type {number[]} */ (Array(length).fill(0));
    this.names = labels;
    this.counts = counts ?? {
      labels: zeros(labels.length),
      unsure: 0,
      failed: 0,
      unknown: 0,
      confusion: labels.map(() => zeros(labels.length)),
      bins: { counts: zeros(BINS), confidences: zeros(BINS), right: zeros(BINS) },
    };
  }

  addFailed() {
    this.counts.failed += 1;
  }

  /**
   * @param {number} label
   * @param {number} probability
   * @param {boolean} unsure
   * @param {number} truth
   */
  add(label, probability, unsure, truth) {
    const { counts } = this;
    increase(counts.labels, label, 1);
    if (unsure) counts.unsure += 1;
    if (truth === NONE) {
      counts.unknown += 1;
      return;
    }
    increase(/** @type {number[]} */ (counts.confusion[truth]), label, 1);
    const bin = binOf(probability);
    increase(counts.bins.counts, bin, 1);
    increase(counts.bins.confidences, bin, probability);
    if (label === truth) increase(counts.bins.right, bin, 1);
  }

  /** @returns {import("./types.js").Distribution} */
  distribution() {
    const { labels, unsure, failed } = this.counts;
    return { labels: this.names.map((label, place) => ({ label, count: labels[place] ?? 0 })), unsure, failed };
  }

  /** @returns {import("./types.js").Evaluation} */
  evaluate() {
    const { confusion, bins, unknown } = this.counts;
    return evaluation(this.names, confusion, bins, unknown);
  }
}

/**
 * @param {number[]} values
 * @param {number} place
 * @param {number} by
 */
function increase(values, place, by) {
  values[place] = (values[place] ?? 0) + by;
}

/**
 * @param {readonly string[]} labels
 * @param {import("./columns.js").Columns} columns
 * @returns {Tally} of the rows that are done
 */
export function tallyOf(labels, columns) {
  const tally = new Tally(labels);
  for (let row = 0; row < columns.done; row++) {
    if (columns.problems[row] !== 0) tally.addFailed();
    else {
      const [label, truth] = [Number(columns.labels[row]), Number(columns.truths[row])];
      tally.add(label, Number(columns.probabilities[row]), columns.unsure[row] === 1, truth);
    }
  }
  return tally;
}
