import assert from "node:assert/strict";
import { test } from "node:test";
import { Tokenizer } from "../../../web/node_modules/@huggingface/tokenizers/dist/tokenizers.min.mjs";
import { TextTokenizer } from "../../../web/classifier/tokenizer.js";

// Ids unlike BERT's own, so that a number written into the code would show.
const VOCABULARY = ["[PAD]", "[SEP]", "[UNK]", "[CLS]", "happy", "sad", "##der", "dog", "α", "##σ", "Σ"];
const ID = Object.fromEntries(VOCABULARY.map((token, id) => [token, id]));

function tokenizerJson(changes = {}) {
  const special = (id) => ({ SpecialToken: { id, type_id: 0 } });
  const specialToken = (id) => ({ id, ids: [ID[id]], tokens: [id] });
  return {
    version: "1.0",
    truncation: null,
    padding: null,
    added_tokens: ["[PAD]", "[SEP]", "[UNK]", "[CLS]"].map((content) => ({
      id: ID[content],
      content,
      special: true,
      single_word: false,
      lstrip: false,
      rstrip: false,
      normalized: false,
    })),
    normalizer: {
      type: "BertNormalizer",
      clean_text: true,
      handle_chinese_chars: true,
      strip_accents: null,
      lowercase: true,
    },
    pre_tokenizer: { type: "BertPreTokenizer" },
    post_processor: {
      type: "TemplateProcessing",
      single: [special("[CLS]"), { Sequence: { id: "A", type_id: 0 } }, special("[SEP]")],
      pair: [special("[CLS]"), { Sequence: { id: "A", type_id: 0 } }, special("[SEP]")],
      special_tokens: { "[CLS]": specialToken("[CLS]"), "[SEP]": specialToken("[SEP]") },
    },
    decoder: { type: "WordPiece", prefix: "##", cleanup: true },
    model: {
      type: "WordPiece",
      unk_token: "[UNK]",
      continuing_subword_prefix: "##",
      max_input_chars_per_word: 100,
      vocab: ID,
    },
    ...changes,
  };
}

const CONFIG = { tokenizer_class: "BertTokenizer", do_lower_case: true };
const make = (maxLength, changes) => new TextTokenizer(Tokenizer, tokenizerJson(changes), CONFIG, maxLength);
const ids = (...tokens) => tokens.map((token) => ID[token]);

test("a text that fits is framed and whole", () => {
  const encoded = make(8).encode("Sadder dog");
  assert.deepEqual(encoded, {
    ids: ids("[CLS]", "sad", "##der", "dog", "[SEP]"),
    totalTokens: 5,
    truncated: false,
  });
});

test("a text that just fits is not truncated", () => {
  const { ids: found, truncated } = make(5).encode("happy sad dog");
  assert.equal(found.length, 5);
  assert.equal(truncated, false);
});

test("a text that is too long keeps its beginning and the end token", () => {
  assert.deepEqual(make(4).encode("happy sad dog"), {
    ids: ids("[CLS]", "happy", "sad", "[SEP]"),
    totalTokens: 5,
    truncated: true,
  });
});

test("truncation may cut through a word, as Python's does", () => {
  assert.deepEqual(make(3).encode("sadder").ids, ids("[CLS]", "sad", "[SEP]"));
});

test("truncation and padding in tokenizer.json change nothing", () => {
  const truncation = { max_length: 3, strategy: "LongestFirst", stride: 0, direction: "Right" };
  const padding = { strategy: { Fixed: 12 }, direction: "Right", pad_id: 0, pad_type_id: 0, pad_token: "[PAD]" };
  const text = "happy sad dog";
  assert.deepEqual(make(8, { truncation, padding }).encode(text), make(8).encode(text));
});

test("an empty text is the frame alone", () => {
  assert.deepEqual(make(8).encode("").ids, ids("[CLS]", "[SEP]"));
});

test("a tokenizer that frames texts in another way is refused", () => {
  assert.throws(() => make(8, { post_processor: null }), /0 special tokens/);
});

test("ideographs beyond the basic plane are words of their own, as in Python", () => {
  assert.deepEqual(make(8).encode("dog\u{20000}\u{2A6DF}dog").ids, ids("[CLS]", "dog", "[UNK]", "[UNK]", "dog", "[SEP]"));
});

test("a capital sigma at the end of a word becomes a plain one, as in Python", () => {
  assert.deepEqual(make(8).encode("ΑΣ").ids, ids("[CLS]", "α", "##σ", "[SEP]"));
});

test("a cased tokenizer keeps its capitals", () => {
  const normalizer = { type: "BertNormalizer", clean_text: true, handle_chinese_chars: true, lowercase: false };
  assert.deepEqual(make(8, { normalizer }).encode("Σ").ids, ids("[CLS]", "Σ", "[SEP]"));
});
