import assert from "node:assert/strict";
import { test } from "node:test";
import { inOrder } from "../../../web/classifier/many.js";
import { soon } from "./fakes.mjs";

async function collect(rows) {
  const found = [];
  for await (const row of rows) found.push(row);
  return found;
}

test("results come in the order of the values, whichever is done first, and none is lost or twice", async () => {
  const values = Array.from({ length: 200 }, (_, index) => index);
  const run = async (value, index) => {
    await soon((value * 7) % 5);
    return [value, index];
  };
  const found = await collect(inOrder(values, run, { ahead: 8 }));
  assert.deepEqual(found, values.map((value) => [value, value]));
});

test("an endless source is read no further than a few values ahead", async () => {
  let read = 0;
  let closed = false;
  const endless = {
    async *[Symbol.asyncIterator]() {
      try {
        for (;;) yield read++;
      } finally {
        closed = true;
      }
    },
  };
  const taken = [];
  for await (const row of inOrder(endless, async (value) => value, { ahead: 5 })) {
    taken.push(row);
    await soon(1);
    assert.ok(read <= taken.length + 6, `${read} read, ${taken.length} taken`);
    if (taken.length === 50) break;
  }
  await soon();
  assert.deepEqual(taken, Array.from({ length: 50 }, (_, index) => index));
  assert.ok(closed, "the source is closed when nobody takes its values any more");
});

test("a source that is slow keeps no result back", async () => {
  const source = (async function* () {
    yield "first";
    await new Promise(() => {});
  })();
  const rows = inOrder(source, async (value) => value, { ahead: 4 });
  assert.deepEqual(await rows.next(), { done: false, value: "first" });
});

test("what was read before the source broke is handed out, then its error", async () => {
  const source = (function* () {
    yield 1;
    yield 2;
    throw new Error("torn");
  })();
  const rows = inOrder(source, (value) => soon(5).then(() => value), { ahead: 9 });
  assert.equal((await rows.next()).value, 1);
  assert.equal((await rows.next()).value, 2);
  await assert.rejects(rows.next(), /torn/);
});

test("a value that fails ends the others, after the results before it", async () => {
  const signals = [];
  const run = async (value, _, signal) => {
    signals.push(signal);
    if (value === 1) throw new Error("bad");
    return value;
  };
  const rows = inOrder([0, 1, 2, 3], run, { ahead: 3 });
  assert.equal((await rows.next()).value, 0);
  await assert.rejects(rows.next(), /bad/);
  assert.ok(signals.every((signal) => signal.aborted));
  assert.deepEqual(await rows.next(), { done: true, value: undefined });
});

test("a signal ends it with its reason, even while the source says nothing", async () => {
  const stop = new AbortController();
  const silent = { [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => {}) }) };
  const rows = inOrder(silent, async (value) => value, { ahead: 2, signal: stop.signal });
  const next = rows.next();
  stop.abort(new Error("never mind"));
  await assert.rejects(next, /never mind/);
  const given = inOrder([1], async (value) => value, { ahead: 2, signal: stop.signal });
  await assert.rejects(given.next(), /never mind/);
});

test("nothing begins before somebody asks", async () => {
  let began = 0;
  inOrder([1, 2], async () => began++, { ahead: 2 });
  await soon();
  assert.equal(began, 0);
});

test("an empty source gives nothing", async () => {
  assert.deepEqual(await collect(inOrder([], async (value) => value, { ahead: 2 })), []);
});
