import { alignWithPython } from "./bert-text.js";

/**
 * @typedef {{ ids: number[], totalTokens: number, truncated: boolean }} EncodedText
 */

/** Text to token ids as Python's tokenizer makes them: truncated, never padded. */
export class TextTokenizer {
  #tokenizer;
  #normalizer;
  #maxLength;
  #endId;

  /**
   * @param {typeof import("@huggingface/tokenizers").Tokenizer} Tokenizer
   * @param {{ normalizer?: import("./bert-text.js").Normalizer }} tokenizerJson contents of tokenizer.json; its
   *   truncation and padding sections are not used
   * @param {object} tokenizerConfig contents of tokenizer_config.json
   * @param {number} maxLength tokens that the model reads at most, special ones included
   */
  constructor(Tokenizer, tokenizerJson, tokenizerConfig, maxLength) {
    this.#tokenizer = new Tokenizer(tokenizerJson, tokenizerConfig);
    this.#normalizer = tokenizerJson.normalizer;
    this.#maxLength = maxLength;
    // What the tokenizer puts around nothing is what it puts around everything.
    const frame = this.#tokenizer.encode("").ids;
    const endId = frame[1];
    if (frame.length !== 2 || endId === undefined) {
      throw new Error(`this tokenizer adds ${frame.length} special tokens to a text, not one before and one after it`);
    }
    this.#endId = endId;
  }

  /**
   * @param {string} text
   * @returns {EncodedText}
   */
  encode(text) {
    const { ids } = this.#tokenizer.encode(alignWithPython(text, this.#normalizer));
    const truncated = ids.length > this.#maxLength;
    return {
      ids: truncated ? [...ids.slice(0, this.#maxLength - 1), this.#endId] : ids,
      totalTokens: ids.length,
      truncated,
    };
  }
}
