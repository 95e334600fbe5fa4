import assert from "node:assert/strict";
import { test } from "node:test";

import { ending, pace, quarters, rows, shownOf, size, timeLeft } from "../../../web/app/batch/view/words.js";

const PROGRESS = { done: 1200, failed: 0, total: 100_000, rowsPerSecond: 559.4, secondsLeft: 176, state: "running" };

test("a time is left in plain words", () => {
  const said = [[null, ""], [0, "a few seconds left"], [31, "about 40 seconds left"], [58, "about 1 minute left"]];
  for (const [seconds, words] of [...said, [176, "about 3 minutes left"], [7000, "about 2 hours left"]]) {
    assert.equal(timeLeft(seconds), words);
  }
});

test("one line says how far a run is", () => {
  assert.equal(pace(PROGRESS), "1,200 of 100,000 rows · 559 rows a second · about 3 minutes left");
  assert.equal(pace({ ...PROGRESS, failed: 2, state: "paused" }), "1,200 of 100,000 rows · 2 without an answer · paused");
  assert.equal(pace({ ...PROGRESS, total: null, read: 0.437, state: "reading" }), "Reading the file: 43%");
  assert.equal(pace({ ...PROGRESS, total: null, state: "reading" }), "Reading the file…");
});

test("quarters are counted when they are full", () => {
  const counts = [[0, 0], [24, 0], [25, 1], [99, 3], [100, 4]];
  for (const [done, quarter] of counts) assert.equal(quarters({ ...PROGRESS, done, total: 100 }), quarter);
  assert.equal(quarters({ ...PROGRESS, total: null }), 0);
});

test("the end says what was answered, what was not, and what was not reached", () => {
  assert.equal(ending({ ...PROGRESS, done: 60, total: 60, state: "finished" }), "Finished: 60 rows answered.");
  const cancelled = { ...PROGRESS, done: 60, failed: 1, total: 100, state: "cancelled" };
  assert.equal(ending(cancelled), "Cancelled: 59 rows answered, 1 without an answer, 40 not reached.");
});

test("counts and sizes", () => {
  assert.deepEqual([rows(1), rows(2541), rows(1, "column")], ["1 row", "2,541 rows", "1 column"]);
  assert.deepEqual([size(1), size(6900), size(50e6)], ["1 kB", "7 kB", "50.0 MB"]);
  assert.equal(shownOf(12, 60), "12 of 60 rows");
  assert.equal(shownOf(60, 60), "60 rows");
  assert.match(shownOf(0, 60), /No row fits/);
});
