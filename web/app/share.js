import { formatPercent } from "./format.js";

/** @typedef {import("./answers.js").Answer} Answer */

/** UTF-16 units of a whole link; what is longer is cut or refused on the way by many programs that people send with. */
const LONGEST = 8000;
/** Labels of a copied text; the JSON has all. */
const LABELS = 5;

/**
 * @param {Answer} answer
 * @returns {string} the text, and what the page says of it
 */
export function asText({ text, prediction: { scores, unsure, truncated } }) {
  const rows = scores.slice(0, LABELS).map(({ label, probability }) => `${label} ${formatPercent(probability)}`);
  const limit = truncated ? "\nOnly the beginning of the text was read." : "";
  return `${text}\n\n${unsure ? "Not sure, perhaps" : "Most likely"}:\n${rows.join("\n")}${limit}\n`;
}

/**
 * @param {Answer} answer
 * @returns {string} JSON with the scores of all labels, and of which model they are
 */
export function asJson({ text, prediction, classifier }) {
  const { label, probability, unsure, scores, tokens, totalTokens, truncated } = prediction;
  const { version, card } = classifier.bundle;
  const answer = {
    text,
    label,
    probability,
    unsure,
    scores: scores.map((score) => ({ label: score.label, probability: score.probability })),
    tokens,
    totalTokens,
    truncated,
    model: { run: card.run, version },
  };
  return JSON.stringify(answer, null, 2);
}

/**
 * @param {string} text
 * @param {string} page address of the page; what it carries itself is left out
 * @returns {string | null} null where it would be too long
 */
export function linkTo(text, page) {
  const url = new URL(page);
  url.search = "";
  url.hash = `text=${encodeURIComponent(text)}`;
  return url.href.length <= LONGEST ? url.href : null;
}
