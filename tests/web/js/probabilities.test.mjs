import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { assertLogits, calibrated, rank, softmax } from "../../../web/classifier/probabilities.js";

const close = (actual, expected) => {
  actual.forEach((value, i) => assert.ok(Math.abs(value - expected[i]) < 1e-11, `${value} is not ${expected[i]}`));
};

test("softmax has known values and sums to one", () => {
  close(softmax([0, 0]), [0.5, 0.5]);
  close(softmax([Math.log(1), Math.log(2), Math.log(5)]), [1 / 8, 2 / 8, 5 / 8]);
});

test("softmax survives logits whose exponentials do not fit into a number", () => {
  close(softmax([1000, 1000, -1000]), [0.5, 0.5, 0]);
  close(softmax([-1000, -1001]), softmax([1, 0]));
});

test("temperature divides the logits", () => {
  close(softmax([2, 4, 6], 2), softmax([1, 2, 3]));
});

test("temperature changes how sure, not what", () => {
  const [hot, cold] = [softmax([1, 3, 2], 10), softmax([1, 3, 2], 0.1)];
  assert.equal(hot.indexOf(Math.max(...hot)), cold.indexOf(Math.max(...cold)));
  assert.ok(Math.max(...hot) < Math.max(...cold));
});

test("calibrated answers are those that Python computes", () => {
  const rows = JSON.parse(readFileSync(new URL("./calibrated.json", import.meta.url), "utf8"));
  assert.ok(rows.length >= 5);
  for (const row of rows) close(calibrated(row.logits, row.temperature, row.temperature_slope), row.probabilities);
});

test("rank sorts by probability and keeps label order among equals", () => {
  const top = rank([0.2, 0.3, 0.3, 0.2], ["a", "b", "c", "d"]);
  assert.deepEqual(top.map(({ label }) => label), ["b", "c", "a", "d"]);
  assert.deepEqual(top[0], { label: "b", index: 1, probability: 0.3 });
});

test("logits that do not fit the labels are an error, never scores", () => {
  assert.throws(() => assertLogits([1, 2, 3], 2), { code: "bad-output", message: /3 values for 2 labels/ });
  assert.throws(() => assertLogits([1, NaN], 2), { code: "bad-output" });
  assert.throws(() => assertLogits([1, Infinity], 2), { code: "bad-output" });
  assert.doesNotThrow(() => assertLogits([1, -2], 2));
});
