/**
 * @typedef {import("../../classifier/plain.js").Explanation} Explanation
 * @typedef {{ text: string, weight: number | null, unread: boolean }} Piece of the text; weight: of a word that is
 *   marked, as a difference of probabilities
 */

/** Below this, a word is left as it is: nobody could tell its line from none. */
export const MARKED = 0.02;
/** The difference from which on a line is as thick as lines get. */
const THICKEST = 0.4;

/**
 * @param {string} text
 * @param {Explanation["words"]} words
 * @param {number} cut where the model stopped reading
 * @returns {Piece[]} which together are the text, with the cut between two of them
 */
export function piecesOf(text, words, cut) {
  /** @type {Piece[]} */
  const pieces = [];
  let at = 0;
  const plain = (/** @type {number} */ end) => {
    if (at < cut && cut < end) plain(cut);
    if (end > at) pieces.push({ text: text.slice(at, end), weight: null, unread: at >= cut });
    at = Math.max(at, end);
  };
  for (const { start, end, weight } of words) {
    if (start >= cut || Math.abs(weight) < MARKED) continue;
    plain(start);
    pieces.push({ text: text.slice(start, end), weight, unread: false });
    at = end;
  }
  plain(text.length);
  return pieces;
}

/**
 * @param {number} weight
 * @returns {number} between 0 and 1
 */
export function strengthOf(weight) {
  return Math.min(1, Math.abs(weight) / THICKEST);
}

/**
 * @param {Explanation["words"]} words
 * @param {number} count
 * @returns {Explanation["words"]} those that change most, of the marked ones
 */
export function strongest(words, count) {
  return words
    .filter(({ weight }) => Math.abs(weight) >= MARKED)
    .sort((a, b) => Math.abs(b.weight) - Math.abs(a.weight))
    .slice(0, count);
}
