import assert from "node:assert/strict";
import { test } from "node:test";
import { asJson, asText } from "../../../web/app/share.js";

const scores = ["a", "b", "c", "d", "e", "f"].map((label, index) => ({ label, index, probability: 0.5 - index / 10 }));
const prediction = { label: "a", probability: 0.5, unsure: false, scores, logits: [], tokens: 4, totalTokens: 4, truncated: false, milliseconds: 1 };
const classifier = { bundle: { version: "v1", card: { run: "mine" } } };

test("as text: the text, and what the page shows of the answer", () => {
  const answer = { text: "one\ntwo", prediction, classifier };
  assert.equal(asText(answer), "one\ntwo\n\nMost likely:\na 50.0%\nb 40.0%\nc 30.0%\nd 20.0%\ne 10.0%\n");
  const doubtful = { ...prediction, unsure: true, truncated: true };
  assert.match(asText({ ...answer, prediction: doubtful }), /Not sure, perhaps:\na 50[^]*\nOnly the beginning of the text was read\.\n$/);
});

test("as JSON: all labels, unrounded, and the model that said so", () => {
  const { model, scores: all, ...rest } = JSON.parse(asJson({ text: "one", prediction, classifier }));
  assert.deepEqual(model, { run: "mine", version: "v1" });
  assert.deepEqual(all, scores.map(({ label, probability }) => ({ label, probability })));
  assert.deepEqual(rest, { text: "one", label: "a", probability: 0.5, unsure: false, tokens: 4, totalTokens: 4, truncated: false });
});
