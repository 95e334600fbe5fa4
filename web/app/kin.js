import { formatPercent, perMille } from "./format.js";

/**
 * @typedef {import("../classifier/plain.js").Score} Score
 *
 * @typedef {object} Kin near-synonyms among the rows that are shown
 * @property {number[]} ranks of their rows, from 0
 * @property {Score[]} scores in the same order
 * @property {number} together sum of their probabilities
 * @property {number} lane of the bracket that holds them: those that overlap stand side by side
 */

/** Below this share a label competes with nobody: its bar is hardly to be seen. */
const COMPETES = 0.01;
/** More brackets side by side would be read by nobody. */
const MOST = 2;

/**
 * @param {readonly Score[]} scores of the rows, most probable first
 * @param {readonly (readonly string[])[]} families
 * @returns {Kin[]} the most probable family first
 */
export function findKin(scores, families) {
  const found = families
    .map((family) => {
      const ranks = scores.flatMap(({ label, probability }, rank) =>
        probability >= COMPETES && family.includes(label) ? [rank] : [],
      );
      const members = ranks.flatMap((rank) => scores[rank] ?? []);
      return { ranks, scores: members, together: members.reduce((sum, { probability }) => sum + probability, 0) };
    })
    .filter(({ ranks }) => ranks.length > 1)
    .sort((a, b) => b.together - a.together)
    .slice(0, MOST);
  return found.map((kin, place) => ({ ...kin, lane: found.slice(0, place).some((other) => overlap(kin.ranks, other.ranks)) ? 1 : 0 }));
}

/**
 * @param {number[]} a in rising order
 * @param {number[]} b
 */
function overlap(a, b) {
  return Math.max(a[0] ?? 0, b[0] ?? 0) <= Math.min(a.at(-1) ?? 0, b.at(-1) ?? 0);
}

/**
 * @param {Kin} kin
 * @returns {string} one that adds up as it is shown, or says that it does not
 */
export function describeKin({ scores, together }) {
  const named = scores.map(({ label, probability }) => `${label} ${formatPercent(probability)}`);
  const shown = scores.reduce((sum, { probability }) => sum + perMille(probability), 0);
  const about = shown === perMille(together) ? "" : "about ";
  return `${named.slice(0, -1).join(", ")} and ${named.at(-1)} are near-synonyms here: together ${about}${formatPercent(together)}.`;
}
