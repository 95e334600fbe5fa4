/**
 * Where the JavaScript BertNormalizer differs from the Rust one behind Python's tokenizers, the text is changed before
 * it gets there, so that both see the same words. What stays different are marks and punctuation that Unicode gained
 * after version 8, in scripts that BERT's English vocabulary does not know.
 *
 * @typedef {{ type?: string, handle_chinese_chars?: boolean, lowercase?: boolean } | null | undefined} Normalizer
 */

// It walks UTF-16 units and so overlooks the ideographs beyond the basic plane. The ranges are BERT's own.
const ASTRAL_IDEOGRAPH =
  /[\u{20000}-\u{2A6DF}\u{2A700}-\u{2B73F}\u{2B740}-\u{2B81F}\u{2B920}-\u{2CEAF}\u{2F800}-\u{2FA1F}]/gu;

/**
 * @param {string} text
 * @param {Normalizer} normalizer the section of that name in tokenizer.json
 * @returns {string}
 */
export function alignWithPython(text, normalizer) {
  if (normalizer?.type !== "BertNormalizer") return text;
  let aligned = text;
  if (normalizer.handle_chinese_chars) aligned = aligned.replace(ASTRAL_IDEOGRAPH, " $& ");
  // toLowerCase() makes a final sigma at the end of a word; Rust lowers each character by itself.
  if (normalizer.lowercase) aligned = aligned.replaceAll("Σ", "σ");
  return aligned;
}
