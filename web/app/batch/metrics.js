/**
 * Figures of answers whose true labels are known, as scikit-learn computes them, and the calibration error as
 * training/measure/metrics.py does.
 *
 * @typedef {object} Bins sums over the answers in each bin of probability
 * @property {number[]} counts
 * @property {number[]} confidences
 * @property {number[]} right
 */

/** Bins of equal width over the probabilities. */
export const BINS = 15;

/**
 * @param {number} probability
 * @returns {number} its bin
 */
export function binOf(probability) {
  return Math.min(Math.trunc(probability * BINS), BINS - 1);
}

/**
 * @param {readonly string[]} labels
 * @param {readonly number[][]} confusion [truth][answer]
 * @param {Bins} bins of the same answers
 * @param {number} unknown
 * @returns {import("./types.js").Evaluation}
 */
export function evaluation(labels, confusion, bins, unknown) {
  const places = labels.map((_, place) => place);
  const supports = places.map((truth) => sum(confusion[truth] ?? []));
  const answered = places.map((answer) => sum(confusion.map((row) => row[answer] ?? 0)));
  const hits = places.map((place) => confusion[place]?.[place] ?? 0);
  const classes = places.map((place) => scores(String(labels[place]), hits[place] ?? 0, answered[place] ?? 0, supports[place] ?? 0));
  const occurring = classes.filter((_, place) => (supports[place] ?? 0) + (answered[place] ?? 0) > 0);
  const count = sum(supports);
  const gaps = bins.counts.map((_, bin) => Math.abs((bins.right[bin] ?? 0) - (bins.confidences[bin] ?? 0)));
  return {
    count,
    unknown,
    accuracy: ratio(sum(hits), count),
    macroF1: ratio(sum(occurring.map(({ f1 }) => f1)), occurring.length),
    classes,
    labels: [...labels],
    confusion: confusion.map((row) => [...row]),
    calibrationError: ratio(sum(gaps), count),
    bins: bins.counts.map((inBin, bin) => ({
      count: inBin,
      confidence: ratio(bins.confidences[bin] ?? 0, inBin),
      accuracy: ratio(bins.right[bin] ?? 0, inBin),
    })),
  };
}

/**
 * @param {string} label
 * @param {number} hits
 * @param {number} answered
 * @param {number} support
 */
function scores(label, hits, answered, support) {
  return { label, precision: ratio(hits, answered), recall: ratio(hits, support), f1: ratio(2 * hits, answered + support), support };
}

/** @param {readonly number[]} values */
function sum(values) {
  return values.reduce((total, value) => total + value, 0);
}

/**
 * @param {number} part
 * @param {number} whole
 * @returns {number} 0 where it is undefined
 */
function ratio(part, whole) {
  return whole === 0 ? 0 : part / whole;
}
