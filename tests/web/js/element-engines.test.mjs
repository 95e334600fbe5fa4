import assert from "node:assert/strict";
import { test } from "node:test";
import { Engines } from "../../../web/classifier/element/engines.js";

const later = () => new Promise((resolve) => setTimeout(resolve, 5));

/** A loader that notes what it is asked for; what it gives notes its end. */
function setUp(outcome = () => {}) {
  const loads = [];
  const engines = new Engines(async (url, options) => {
    const load = { url, options, disposed: 0 };
    loads.push(load);
    await outcome(load);
    return { classify: async () => {}, dispose: () => (load.disposed += 1) };
  });
  return { engines, loads };
}

const ignore = () => {};

test("those who name the same bundle and runtime share one engine, which the last one ends", async () => {
  const { engines, loads } = setUp();
  const uses = [engines.use("https://a.test/b.json", undefined, ignore), engines.use("https://a.test/b.json", undefined, ignore)];
  const other = engines.use("https://a.test/b.json", "https://a.test/runtime/", ignore);
  assert.equal(await uses[0].classifier, await uses[1].classifier);
  assert.notEqual(await uses[0].classifier, await other.classifier);
  assert.deepEqual(loads.map(({ options }) => options.runtimeUrl), [undefined, "https://a.test/runtime/"]);
  uses[0].release();
  uses[0].release(); // once more counts for nothing
  await later();
  assert.equal(loads[0].disposed, 0);
  uses[1].release();
  await later();
  assert.deepEqual([loads[0].disposed, loads[1].disposed], [1, 0]);
});

test("one that is given back and taken again in the same moment goes on", async () => {
  const { engines, loads } = setUp();
  const first = engines.use("https://a.test/b.json", undefined, ignore);
  await first.classifier;
  first.release();
  const second = engines.use("https://a.test/b.json", undefined, ignore);
  await later();
  assert.equal(await second.classifier, await first.classifier);
  assert.deepEqual([loads.length, loads[0].disposed], [1, 0]);
});

test("whoever comes while it loads hears how far it is", async () => {
  const { engines } = setUp(({ options }) => {
    options.onProgress({ loadedBytes: 1, totalBytes: 2, phase: "download" });
    return later();
  });
  const heard = [[], []];
  engines.use("https://a.test/b.json", undefined, (progress) => heard[0].push(progress.loadedBytes));
  await new Promise(setImmediate);
  engines.use("https://a.test/b.json", undefined, (progress) => heard[1].push(progress.loadedBytes));
  assert.deepEqual(heard, [[1], [1]]);
});

test("a load that nobody waits for any more is stopped, and what it gives all the same is ended", async () => {
  const { engines, loads } = setUp(later);
  engines.use("https://a.test/b.json", undefined, ignore).release();
  await later();
  assert.equal(loads[0].options.signal.aborted, true);
  await later();
  assert.equal(loads[0].disposed, 1);
});

test("neither a failed load nor a condemned engine is given to the next", async () => {
  let broken = true;
  const { engines, loads } = setUp(() => {
    if (broken) throw new Error("no");
  });
  await assert.rejects(engines.use("https://a.test/b.json", undefined, ignore).classifier, /no/);
  broken = false;
  const second = engines.use("https://a.test/b.json", undefined, ignore);
  await second.classifier;
  second.condemn();
  const third = engines.use("https://a.test/b.json", undefined, ignore);
  assert.notEqual(await third.classifier, await second.classifier);
  second.release();
  await later();
  assert.deepEqual(loads.slice(1).map(({ disposed }) => disposed), [1, 0]);
});
