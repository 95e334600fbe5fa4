import assert from "node:assert/strict";
import { test } from "node:test";
import * as format from "../../../web/app/format.js";

test("bytes are decimal megabytes, as browsers and hosts count them", () => {
  assert.equal(format.formatBytes(23_147_917), "23.1 MB");
  assert.equal(format.formatByteProgress(0, 37_400_000), "0.0 of 37.4 MB");
  assert.equal(format.formatByteProgress(12_345_678, 37_400_000), "12.3 of 37.4 MB");
});

test("a probability is never shown as an impossible 0%", () => {
  assert.equal(format.formatPercent(0.6234), "62.3%");
  assert.equal(format.formatPercent(1), "100.0%");
  assert.equal(format.formatPercent(0.0004), "<0.1%");
  assert.equal(format.formatPercent(0), "0.0%");
});

test("durations, counts and scores", () => {
  assert.equal(format.formatMilliseconds(0.2), "1 ms");
  assert.equal(format.formatMilliseconds(12.4), "12 ms");
  assert.equal(format.formatMilliseconds(1437), "1.4 s");
  assert.equal(format.formatCount(2541), "2,541");
  assert.equal(format.formatScore(0.52649), "0.526");
});

test("numbers are written as the language of the page writes them", () => {
  assert.equal(format.formatPercent(0.6234, "de"), "62,3\u00a0%");
  assert.equal(format.formatPercent(0.0004, "de"), "<0,1\u00a0%");
  assert.equal(format.formatNumber(2541.5, 1, "de"), "2.541,5");
  assert.equal(format.formatNumber(2541.5, 1, "pt-BR"), "2.541,5");
});

test("what is added up is what is shown", () => {
  for (let share = 0.0005; share < 1; share += 0.00037) {
    assert.equal(format.formatPercent(share), `${(format.perMille(share) / 10).toFixed(1)}%`);
  }
});
