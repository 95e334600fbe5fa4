/**
 * @typedef {{ start: number, end: number, word: string }} Word from where to where it goes, in UTF-16 units
 */

// Where the browser does not know words: letters, marks and digits, with what joins them inside.
const WORD = /[\p{L}\p{M}\p{N}]+(?:['’_-][\p{L}\p{M}\p{N}]+)*/gu;

/**
 * @param {string} text
 * @param {{ Segmenter?: typeof Intl.Segmenter }} [scope]
 * @returns {Word[]} in the order of the text
 */
export function findWords(text, { Segmenter } = Intl) {
  if (Segmenter === undefined) {
    return Array.from(text.matchAll(WORD), ({ 0: word, index }) => ({ start: index, end: index + word.length, word }));
  }
  return Array.from(new Segmenter(undefined, { granularity: "word" }).segment(text))
    .filter(({ isWordLike }) => isWordLike)
    .map(({ segment, index }) => ({ start: index, end: index + segment.length, word: segment }));
}

/**
 * @param {string} text
 * @param {Word} word
 * @returns {string}
 */
export function without(text, { start, end }) {
  return text.slice(0, start) + text.slice(end);
}
