import assert from "node:assert/strict";
import { test } from "node:test";
import { cutOf, findCut } from "../../../web/app/cut.js";

/** As a tokenizer with a piece for each word, and one at either end. */
const count = async (text) => (text.match(/\p{L}+/gu) ?? []).length + 2;

test("the cut is where the first word begins that was not read", async () => {
  const text = "one two\n\nthree, four five";
  assert.equal(text.slice(await findCut(text, 5, count)), "four five");
  assert.equal(text.slice(await findCut(text, 3, count)), "two\n\nthree, four five");
  assert.equal(await findCut(text, 7, count), text.length);
});

test("it is found within a few looks", async () => {
  let looks = 0;
  const text = "word ".repeat(1000);
  const cut = await findCut(text, 128, (part) => (looks++, count(part)));
  assert.equal(cut, 126 * 5);
  assert.ok(looks <= 10, String(looks));
});

test("a text that was read to its end is not asked about", async () => {
  const classifier = { classify: () => assert.fail("asked") };
  assert.equal(await cutOf({ text: "one", prediction: { truncated: false }, classifier }, new AbortController().signal), 3);
});

test("a text that was not is asked about with the caller's signal", async () => {
  const { signal } = new AbortController();
  const classify = async (text, options) => (assert.deepEqual(options, { top: 1, signal }), { totalTokens: await count(text) });
  assert.equal(await cutOf({ text: "one two three", prediction: { truncated: true, tokens: 4 }, classifier: { classify } }, signal), 8);
});
