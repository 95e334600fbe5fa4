import assert from "node:assert/strict";
import { test } from "node:test";

import { RowCache } from "../../../web/app/batch/view/row-cache.js";

const settle = () => new Promise((resolve) => setTimeout(resolve, 5));

function cacheOf(count, fail = false) {
  const asked = [];
  const errors = [];
  const fetch = async (from, to) => {
    asked.push([from, to]);
    if (fail) throw fail;
    return Array.from({ length: to - from }, (_, place) => ({ index: from + place, at: asked.length }));
  };
  const cache = new RowCache(fetch, () => {}, (error) => errors.push(error));
  cache.grow(count);
  return { cache, asked, errors };
}

test("rows are fetched once, by the page, and no further than there are", async () => {
  const { cache, asked } = cacheOf(100);
  cache.want(60, 70);
  await settle();
  cache.want(0, 100);
  await settle();
  assert.deepEqual(asked, [[0, 64], [64, 100]]);
  assert.deepEqual([0, 63, 64, 99].map((place) => cache.get(place)?.index), [0, 63, 64, 99]);
  assert.equal(cache.get(100), undefined);
});

test("whoever scrolls far is not kept waiting by what was passed", async () => {
  const { cache, asked } = cacheOf(100_000);
  for (let first = 0; first < 90_000; first += 1000) cache.want(first, first + 10);
  cache.want(99_000, 99_010);
  await settle();
  assert.ok(asked.length < 6);
  assert.equal(cache.get(99_005)?.index, 99_005);
});

test("a table that grows is shown as it was until it has been fetched again", async () => {
  const { cache, asked } = cacheOf(10);
  cache.want(0, 10);
  await settle();
  cache.grow(20);
  assert.equal(cache.get(9)?.at, 1);
  cache.want(0, 20);
  await settle();
  assert.equal(cache.get(9)?.at, 2);
  assert.equal(cache.get(19)?.index, 19);
  assert.equal(asked.length, 2);
});

test("memory stays bounded", async () => {
  const { cache } = cacheOf(64 * 200);
  for (let page = 0; page < 200; page += 1) {
    cache.want(page * 64, page * 64 + 1);
    await new Promise((resolve) => setTimeout(resolve));
  }
  await settle();
  const kept = Array.from({ length: 200 }, (_, page) => cache.get(page * 64)).filter(Boolean);
  assert.ok(kept.length <= 40 && kept.at(-1)?.index === 199 * 64);
});

test("an error is told, but not that a newer search has come", async () => {
  const broken = cacheOf(10, new Error("gone"));
  broken.cache.want(0, 10);
  const newer = cacheOf(10, new DOMException("superseded", "AbortError"));
  newer.cache.want(0, 10);
  await settle();
  assert.deepEqual(broken.errors.map(({ message }) => message), ["gone"]);
  assert.deepEqual(newer.errors, []);
});
