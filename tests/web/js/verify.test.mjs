import assert from "node:assert/strict";
import { test } from "node:test";
import { TOLERANCE, verifyGolden } from "../../../web/classifier/verify.js";

const GOLDEN = {
  schema_version: 1,
  texts: [
    { text: "one", ids: [1, 5, 2], logits: [3, 1, -4], label: 0 },
    { text: "two", ids: [1, 6, 2], logits: [1, 1.2, -4], label: 1 },
  ],
};
const LABELS = ["a", "b", "c"];

function verify(changes = {}, options = {}) {
  const answers = Object.fromEntries(GOLDEN.texts.map((row) => [row.text, { ids: row.ids, logits: row.logits, ...changes[row.text] }]));
  return verifyGolden(options.golden ?? GOLDEN, async (text) => answers[text], { labels: LABELS, ahead: 4, ...options });
}

test("the same answers pass", async () => {
  const seen = [];
  const { milliseconds, ...result } = await verify({}, { onProgress: (progress) => seen.push(progress) });
  assert.ok(milliseconds >= 0);
  assert.deepEqual(result, {
    passed: true,
    texts: 2,
    ids: { differ: 0 },
    labels: { differ: 0 },
    largestLogitDifference: 0,
    tolerance: { logits: TOLERANCE.logits, margin: TOLERANCE.margin },
    differences: [],
  });
  assert.deepEqual(seen, [{ done: 1, total: 2 }, { done: 2, total: 2 }]);
});

test("what rounding does is told and passes, labels that were as close as that included", async () => {
  const result = await verify({ two: { logits: [1.3, 1.2, -4] } });
  assert.ok(result.passed);
  assert.equal(result.labels.differ, 1);
  assert.ok(Math.abs(result.largestLogitDifference - 0.3) < 1e-9);
});

for (const [name, changes, count, what] of [
  ["a logit too far off", { one: { logits: [3, 1, -4 + TOLERANCE.logits * 1.01] } }, "logits", /a logit is off by 1\.51/],
  ["no number", { one: { logits: [3, NaN, -4] } }, "logits", /a logit is off by NaN/],
  ["another label that was not close", { one: { logits: [2, 2.1, -4] } }, "labels", /b in place of a/],
  ["other ids", { two: { ids: [1, 6, 6, 2] } }, "ids", /4 token ids.*3 of Python/],
]) {
  test(`${name} fails, and is named with its text`, async () => {
    const result = await verify(changes);
    assert.ok(!result.passed);
    assert.equal(result.differences[0].text, Object.keys(changes)[0]);
    assert.ok(result.differences.some((difference) => what.test(difference.what)), JSON.stringify(result.differences));
    if (count !== "logits") assert.equal(result[count].differ, 1);
  });
}

for (const golden of [null, {}, { schema_version: 2, texts: GOLDEN.texts }, { schema_version: 1, texts: [] }, { schema_version: 1, texts: [{ text: "x" }] }]) {
  test(`a golden file that is ${JSON.stringify(golden)?.slice(0, 40)} is refused in one sentence`, async () => {
    await assert.rejects(verify({}, { golden: golden ?? "" }), { code: "bad-bundle" });
  });
}

test("a signal ends it", async () => {
  await assert.rejects(verify({}, { signal: AbortSignal.abort() }), { name: "AbortError" });
});
