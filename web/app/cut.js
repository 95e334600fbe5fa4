/**
 * @param {string} text that is longer than the model reads
 * @param {number} limit tokens that it reads
 * @param {(text: string) => Promise<number>} count tokens of a text, those beyond the limit too
 * @returns {Promise<number>} where the first word begins that it has not read, in UTF-16 units
 */
export async function findCut(text, limit, count) {
  const starts = wordStarts(text);
  let [low, high] = [0, starts.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((await count(text.slice(0, starts[middle]))) >= limit) high = middle;
    else low = middle + 1;
  }
  return starts[low] ?? text.length;
}

/**
 * @param {import("./answers.js").Answer} answer
 * @param {AbortSignal} signal
 * @returns {Promise<number>} as above; the end of the text where all of it was read
 */
export async function cutOf({ text, prediction, classifier }, signal) {
  if (!prediction.truncated) return text.length;
  const count = async (/** @type {string} */ beginning) => (await classifier.classify(beginning, { top: 1, signal })).totalTokens;
  return findCut(text, prediction.tokens, count);
}

/** @param {string} text */
function wordStarts(text) {
  if (Intl.Segmenter === undefined) return Array.from(text.matchAll(/\S+/gu), ({ index }) => index);
  return Array.from(new Intl.Segmenter(undefined, { granularity: "word" }).segment(text))
    .filter(({ isWordLike }) => isWordLike)
    .map(({ index }) => index);
}
