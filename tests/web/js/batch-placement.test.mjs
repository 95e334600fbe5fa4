import assert from "node:assert/strict";
import { test } from "node:test";

import { place, reveal, TALLEST } from "../../../web/app/batch/view/placement.js";

const ROW = 50;
const HEIGHT = 400;
const at = (scrollTop, count = 20_000) => ({ scrollTop, height: HEIGHT, rowHeight: ROW, count });
const total = ({ first, last, before, after }) => before + (last - first) * ROW + after;

test("rows in sight are drawn, and a few around them", () => {
  const { first, last, before } = place(at(5000));
  assert.ok(first <= 100 && last >= 108 && last - first < 25);
  assert.equal(before, first * ROW);
});

test("what is drawn and left out is as tall as all rows", () => {
  for (const scrollTop of [0, 1, 333, 999_600, 10_000_000]) assert.equal(total(place(at(scrollTop))), 20_000 * ROW);
});

test("few rows, or none, leave nothing out", () => {
  assert.deepEqual(place(at(0, 3)), { first: 0, last: 3, before: 0, after: 0 });
  assert.deepEqual(place(at(70, 0)), { first: 0, last: 0, before: 0, after: 0 });
});

test("more rows than a browser can stack: both ends are reached, and no more is claimed than it can draw", () => {
  const count = 10_000_000;
  assert.equal(place(at(0, count)).first, 0);
  assert.equal(place(at(TALLEST - HEIGHT, count)).last, count);
  for (const scrollTop of [0, 17, 4_000_000, TALLEST - HEIGHT]) {
    const placement = place(at(scrollTop, count));
    assert.ok(total(placement) <= TALLEST + ROW);
    assert.ok(placement.before <= scrollTop && placement.before + (placement.last - placement.first) * ROW >= scrollTop + HEIGHT - ROW);
  }
});

test("a row is revealed by the shortest way", () => {
  assert.equal(reveal(100, at(5000)), 5000);
  assert.equal(reveal(99, at(5000)), 4950);
  assert.equal(reveal(108, at(5000)), 5050);
  assert.equal(reveal(0, at(5000)), 0);
});

test("of very many rows each is in sight when it has been revealed", () => {
  const count = 10_000_000;
  for (const row of [0, 1, 5_000_000, count - 1]) {
    const { first, last } = place(at(reveal(row, at(123_456, count)), count));
    assert.ok(first <= row && row < last, String(row));
  }
});
