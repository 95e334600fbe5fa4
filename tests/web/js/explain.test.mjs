import assert from "node:assert/strict";
import { test } from "node:test";
import { Explainer } from "../../../web/classifier/explain.js";
import { findWords, without } from "../../../web/classifier/words.js";
import { predict, soon } from "./fakes.mjs";

/** Answers that count what they are asked; a text is truncated from a length on. */
function setUp({ limit = Infinity, classify = async (text) => predict(text) } = {}) {
  const asked = [];
  const explainer = new Explainer({
    classify: (text, signal) => {
      asked.push(text);
      return classify(text, signal).then((prediction) => ({ ...prediction, truncated: text.length > limit }));
    },
    measure: async (text) => ({ truncated: text.length > limit }),
  });
  return { explainer, asked };
}

test("each word weighs what the label loses without it", async () => {
  const { explainer, asked } = setUp();
  const { label, probability, words } = await explainer.explain("so very glad!!");
  assert.equal(label, "glad");
  assert.equal(probability, predict("so very glad!!").probability);
  assert.deepEqual(words.map(({ word }) => word), ["so", "very", "glad"]);
  assert.deepEqual(asked, ["so very glad!!", " very glad!!", "so  glad!!", "so very !!"]);
  for (const [at, { start, end, word, weight }] of words.entries()) {
    assert.equal("so very glad!!".slice(start, end), word);
    assert.equal(weight, probability - predict(asked[at + 1]).scores.find((score) => score.label === "glad").probability);
  }
});

test("another label may be asked for, if the model has it", async () => {
  const { explainer } = setUp();
  const { label, words } = await explainer.explain("so glad to be here", { label: "sad" });
  assert.equal(label, "sad");
  assert.ok(words.every(({ weight }) => weight < 0));
  await assert.rejects(explainer.explain("so glad", { label: "mad" }), { code: "bad-argument", message: /"mad"/ });
});

test("what was explained is not asked for again, and nobody can change what is kept", async () => {
  const { explainer, asked } = setUp();
  const first = await explainer.explain("so glad");
  const before = asked.length;
  first.words.length = 0;
  const second = await explainer.explain("so glad");
  assert.equal(asked.length, before);
  assert.equal(second.words.length, 2);
  await explainer.explain("so glad", { label: "sad" });
  assert.ok(asked.length > before);
});

test("the oldest explanations are forgotten", async () => {
  const { explainer, asked } = setUp();
  for (let i = 0; i < 30; i++) await explainer.explain(`text${i}`);
  const before = asked.length;
  await explainer.explain("text29");
  assert.equal(asked.length, before);
  await explainer.explain("text0");
  assert.ok(asked.length > before);
});

test("the next call takes the place of the one before, whose texts are given up", async () => {
  const signals = [];
  const classify = async (text, signal) => {
    signals.push(signal);
    await soon(10);
    signal.throwIfAborted();
    return predict(text);
  };
  const { explainer } = setUp({ classify });
  const first = explainer.explain("one two three");
  const second = explainer.explain("four five");
  await assert.rejects(first, { code: "superseded" });
  assert.equal((await second).words.length, 2);
  assert.ok(signals[0].aborted && !signals.at(-1).aborted);
});

test("a signal ends it with its reason", async () => {
  const classify = (_, signal) => new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
  const stop = new AbortController();
  const explaining = setUp({ classify }).explainer.explain("one two", { signal: stop.signal });
  stop.abort(new Error("never mind"));
  await assert.rejects(explaining, /never mind/);
});

test("words that the model does not read weigh nothing, and are not asked about", async () => {
  const { explainer, asked } = setUp({ limit: 9 });
  const { words } = await explainer.explain("aaa bbb ccc ddd eee");
  assert.deepEqual(words.map(({ weight }) => weight > 0), [true, true, true, false, false]);
  assert.deepEqual(words.slice(3).map(({ weight }) => weight), [0, 0]);
  assert.equal(asked.length, 4);
});

test("two words that leave the same text behind are asked about once", async () => {
  const { explainer, asked } = setUp();
  const { words } = await explainer.explain("ha ha");
  assert.equal(words.length, 2);
  assert.deepEqual(asked, ["ha ha", " ha", "ha "]);
  const again = setUp();
  await again.explainer.explain("漢漢");
  assert.ok(again.asked.length <= 3);
});

test("a text without words has none", async () => {
  assert.deepEqual((await setUp().explainer.explain("?!")).words, []);
});

for (const [name, scope] of [
  ["by the browser's own segmenter", Intl],
  ["by letters, where there is none", {}],
]) {
  test(`words are found ${name}`, () => {
    const text = "Don't, she said: über 3 naïve co-workers 👍🏽!";
    const words = findWords(text, scope);
    for (const { start, end, word } of words) assert.equal(text.slice(start, end), word);
    const found = words.map(({ word }) => word);
    for (const word of ["Don't", "she", "said", "über", "3", "naïve"]) assert.ok(found.includes(word), `${word}: ${found}`);
    assert.ok(!found.some((word) => /[,:! ]/.test(word)));
  });
}

test("a word is taken out and nothing else", () => {
  assert.equal(without("one two three", { start: 4, end: 7 }), "one  three");
});
