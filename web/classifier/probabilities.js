import { ClassifierError } from "./errors.js";

/**
 * @param {ArrayLike<number>} logits
 * @param {number} temperature fitted on validation data; above 1 it makes the model less sure of itself
 * @returns {number[]}
 */
export function softmax(logits, temperature = 1) {
  const scaled = Array.from(logits, (logit) => logit / temperature);
  // exp() overflows from 710 on; subtracting the largest value changes nothing in the quotient.
  const largest = scaled.reduce((a, b) => Math.max(a, b), -Infinity);
  const exponentials = scaled.map((value) => Math.exp(value - largest));
  const sum = exponentials.reduce((a, b) => a + b, 0);
  return exponentials.map((value) => value / sum);
}

/** Share of the entropy below which a text counts as decided; the temperature stays above zero. */
const DECIDED = 1e-6;

/**
 * softmax(logits / T) with T = temperature · (H / ln K) ** slope: H is the entropy of softmax(logits) in nats, K the
 * number of labels. As training/measure/temperature.py.
 *
 * @param {ArrayLike<number>} logits
 * @param {number} temperature
 * @param {number} slope
 * @returns {number[]}
 */
export function calibrated(logits, temperature, slope) {
  const entropy = softmax(logits).reduce((sum, p) => sum - (p > 0 ? p * Math.log(p) : 0), 0);
  const undecided = Math.max(entropy / Math.log(Math.max(logits.length, 2)), DECIDED);
  return softmax(logits, temperature * undecided ** slope);
}

/**
 * @typedef {{ label: string, index: number, probability: number }} Score
 */

/**
 * @param {number[]} probabilities
 * @param {string[]} labels
 * @returns {Score[]} all labels, most probable first; equal ones stay in label order
 */
export function rank(probabilities, labels) {
  return labels
    .map((label, index) => ({ label, index, probability: probabilities[index] ?? NaN }))
    .sort((a, b) => b.probability - a.probability);
}

/**
 * A wrong or broken model must end in an error, never in scores that only look like an answer.
 *
 * @param {number[]} logits
 * @param {number} labelCount
 */
export function assertLogits(logits, labelCount) {
  if (logits.length !== labelCount) {
    throw new ClassifierError(
      "bad-output",
      `The model answered with ${logits.length} values for ${labelCount} labels, so it does not belong to this page.`,
    );
  }
  if (!logits.every(Number.isFinite)) {
    throw new ClassifierError("bad-output", "The model's answer is not a number, so no result can be shown.");
  }
}
