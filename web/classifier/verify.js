import { ClassifierError } from "./errors.js";
import { inOrder } from "./many.js";

/**
 * WebAssembly and a processor's own kernels round a few int8 activations the other way. On a whole test split the
 * farthest logit was off by 0.9, half of them by less than a millionth.
 */
export const TOLERANCE = Object.freeze({
  /** The largest difference of a logit. */
  logits: 1.5,
  /** Labels whose native logits are as close as this may change places. */
  margin: 0.5,
});

/**
 * @typedef {{ text: string, ids: number[], logits: number[], label: number }} GoldenText
 *
 * @typedef {object} Verification
 * @property {boolean} passed all ids the same, no logit and no label off by more than the tolerance
 * @property {number} texts
 * @property {{ differ: number }} ids texts that became other token ids
 * @property {{ differ: number }} labels texts that got another label, those that may included
 * @property {number} largestLogitDifference among texts with the same ids
 * @property {{ logits: number, margin: number }} tolerance
 * @property {{ text: string, what: string }[]} differences each that keeps it from passing
 * @property {number} milliseconds
 */

/**
 * Compares answers with those that Python gave to the golden texts of the bundle.
 *
 * @param {any} golden contents of the golden file
 * @param {(text: string, signal: AbortSignal) => Promise<import("./engine.js").Examination>} examine
 * @param {object} options
 * @param {string[]} options.labels
 * @param {number} options.ahead texts that are under way at a time
 * @param {(progress: { done: number, total: number }) => void} [options.onProgress]
 * @param {AbortSignal} [options.signal]
 * @returns {Promise<Verification>}
 */
export async function verifyGolden(golden, examine, { labels, ahead, onProgress, signal }) {
  const started = performance.now();
  const texts = readGolden(golden, labels.length);
  const result = {
    passed: false,
    texts: texts.length,
    ids: { differ: 0 },
    labels: { differ: 0 },
    largestLogitDifference: 0,
    tolerance: { ...TOLERANCE },
    differences: /** @type {{ text: string, what: string }[]} */ ([]),
    milliseconds: 0,
  };
  let done = 0;
  const run = (/** @type {GoldenText} */ { text }, /** @type {number} */ _, /** @type {AbortSignal} */ stop) => examine(text, stop);
  for await (const { ids, logits } of inOrder(texts, run, { ahead, ...(signal && { signal }) })) {
    const wanted = /** @type {GoldenText} */ (texts[done]);
    const differ = (/** @type {string} */ what) => result.differences.push({ text: wanted.text, what });
    if (String(ids) !== String(wanted.ids)) {
      result.ids.differ += 1;
      differ(`${ids.length} token ids, of which not all are the ${wanted.ids.length} of Python`);
    } else {
      const distance = Math.max(...logits.map((logit, index) => Math.abs(logit - (wanted.logits[index] ?? NaN))));
      result.largestLogitDifference = Math.max(result.largestLogitDifference, distance);
      if (!(distance <= TOLERANCE.logits)) differ(`a logit is off by ${distance.toFixed(3)}`);
      const label = logits.indexOf(Math.max(...logits));
      if (label !== wanted.label) {
        result.labels.differ += 1;
        const margin = (wanted.logits[wanted.label] ?? NaN) - (wanted.logits[label] ?? NaN);
        if (!(margin <= TOLERANCE.margin)) differ(`${labels[label]} in place of ${labels[wanted.label]}`);
      }
    }
    done += 1;
    onProgress?.({ done, total: texts.length });
  }
  return { ...result, passed: result.differences.length === 0, milliseconds: performance.now() - started };
}

/**
 * @param {any} golden
 * @param {number} labels
 * @returns {GoldenText[]}
 */
function readGolden(golden, labels) {
  const texts = golden?.schema_version === 1 && Array.isArray(golden.texts) ? golden.texts : [];
  const isText = (/** @type {any} */ row) =>
    typeof row?.text === "string" &&
    Array.isArray(row.ids) &&
    Array.isArray(row.logits) &&
    row.logits.length === labels &&
    Number.isInteger(row.label);
  if (texts.length > 0 && texts.every(isText)) return texts;
  throw new ClassifierError(
    "bad-bundle",
    "The golden file of the bundle does not hold texts with ids, logits and labels in version 1. The site must be built again.",
  );
}
