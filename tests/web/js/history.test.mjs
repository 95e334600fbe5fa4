import assert from "node:assert/strict";
import { test } from "node:test";
import { remember } from "../../../web/app/history.js";

const entry = (text) => ({ text, label: "sad", probability: 0.5, unsure: false });
const texts = (...all) => all.reduce((entries, text) => remember(entries, entry(text)), []).map(({ text }) => text);

test("the newest text comes first, and each text once", () => {
  assert.deepEqual(texts("one", "two", "three", "one"), ["one", "three", "two"]);
});

test("a text that is gone on with is one text", () => {
  assert.deepEqual(texts("other", "I am", "I am so", "I am so sad"), ["I am so sad", "other"]);
  assert.deepEqual(texts("I am", "other", "I am so"), ["I am so", "other", "I am"]);
});

test("a text that becomes shorter is another one", () => {
  assert.deepEqual(texts("I am so sad", "I am"), ["I am", "I am so sad"]);
});

test("a long visit does not fill the page", () => {
  const many = texts(...Array.from({ length: 100 }, (_, place) => `text ${place}.`));
  assert.deepEqual([many.length, many[0]], [30, "text 99."]);
});
