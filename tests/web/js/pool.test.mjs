import assert from "node:assert/strict";
import { test } from "node:test";
import { WorkerClient } from "../../../web/classifier/client.js";
import { WorkerPool } from "../../../web/classifier/pool.js";
import { FakeWorker, predict, soon, work } from "./fakes.mjs";

/** A pool whose workers answer by a function; `workers` are those that were ever started. */
function setUp(t, size, answer = work, options = {}) {
  const workers = [];
  const start = async () => {
    const client = new WorkerClient(() => workers[workers.push(new FakeWorker(answer)) - 1], "worker.js");
    await client.load({ method: "load", threads: 1 });
    return client;
  };
  const pool = new WorkerPool(start, size, options);
  t.after(() => pool.close(new Error("over")));
  return { pool, workers };
}
const classify = (text) => ({ method: "classify", text });
const texts = (worker) => worker.received.filter(({ method }) => method === "classify").map(({ text }) => text);

test("workers start when there is work for them, no more than there is or than there may be", async (t) => {
  const { pool, workers } = setUp(t, 3);
  assert.equal(workers.length, 0);
  await pool.run(classify("a"));
  await pool.run(classify("b"));
  assert.equal(workers.length, 1);
  const answers = await Promise.all(Array.from("abcdefgh", (text) => pool.run(classify(text))));
  assert.equal(workers.length, 3);
  assert.deepEqual(answers, Array.from("abcdefgh", (text) => predict(text)));
});

test("no worker is given a second text while it is at one", async (t) => {
  const open = [];
  const { pool, workers } = setUp(t, 2, (message) => (message.method === "load" ? work(message) : void open.push(message)));
  const runs = ["a", "b", "c", "d"].map((text) => pool.run(classify(text)));
  await soon(5);
  assert.deepEqual(workers.map(texts).map((given) => given.length), [1, 1]);
  for (let round = 0; round < 4; round++) {
    const worker = workers.find((other) => other.received.includes(open[0]));
    const message = open.shift();
    worker.onmessage({ data: { id: message.id, result: message.text } });
    await soon(5);
    assert.ok(open.length <= 2);
  }
  assert.deepEqual(await Promise.all(runs), ["a", "b", "c", "d"]);
});

test("a worker that dies is replaced, and its text is done again", async (t) => {
  let deaths = 0;
  const { pool, workers } = setUp(t, 2, (message, worker) => {
    if (message.text === "bad" && deaths++ < 2) return worker.die();
    return work(message);
  });
  const answers = await Promise.all(["a", "bad", "b", "c"].map((text) => pool.run(classify(text))));
  assert.deepEqual(answers, ["a", "bad", "b", "c"].map((text) => predict(text)));
  assert.ok(workers.filter(({ terminated }) => terminated).length === 2 && workers.length >= 3);
  const given = workers.flatMap(texts);
  assert.deepEqual(given.filter((text) => text !== "bad").toSorted(), ["a", "b", "c"]);
  assert.equal(given.filter((text) => text === "bad").length, 3);
});

test("a text that ends every worker is given up after the third, and hurts no other", async (t) => {
  const { pool, workers } = setUp(t, 1, (message, worker) => (message.text === "bad" ? worker.die() : work(message)));
  const [bad, good] = [pool.run(classify("bad")), pool.run(classify("good"))];
  await assert.rejects(bad, { code: "crash" });
  assert.deepEqual(await good, predict("good"));
  assert.equal(workers.flatMap(texts).filter((text) => text === "bad").length, 3);
});

test("a worker that dies without a text is noticed before it is given one", async (t) => {
  const { pool, workers } = setUp(t, 1);
  await pool.run(classify("a"));
  workers[0].die();
  assert.deepEqual(await pool.run(classify("b")), predict("b"));
  assert.equal(workers.length, 2);
});

test("an error of the model is no death: it is told, and nothing is done again", async (t) => {
  const error = { code: "bad-output", message: "The answer is not a number." };
  const { pool, workers } = setUp(t, 1, (message) => (message.method === "load" ? work(message) : { error }));
  await assert.rejects(pool.run(classify("a")), error);
  assert.deepEqual([workers.length, texts(workers[0]).length], [1, 1]);
});

test("where no worker starts everybody hears why; where some do they go on alone", async (t) => {
  const error = { code: "runtime", message: "No memory." };
  const none = setUp(t, 2, () => ({ error }));
  await assert.rejects(Promise.all([none.pool.run(classify("a")), none.pool.run(classify("b"))]), error);
  let loads = 0;
  const one = setUp(t, 3, (message) => (message.method === "load" && loads++ > 0 ? { error } : work(message)));
  const answers = await Promise.all(["a", "b", "c"].map((text) => one.pool.run(classify(text))));
  assert.equal(answers.length, 3);
  assert.equal(one.workers.filter(({ terminated }) => !terminated).length, 1);
});

test("a signal ends who waits and who runs, and neither takes a worker from the others", async (t) => {
  const { pool, workers } = setUp(t, 1, (message) => (message.text === "slow" ? undefined : work(message)));
  const stop = new AbortController();
  const [running, waiting] = ["slow", "later"].map((text) => pool.run(classify(text), stop.signal));
  await soon(5);
  const other = pool.run(classify("other"));
  stop.abort(new Error("never mind"));
  await assert.rejects(running, /never mind/);
  await assert.rejects(waiting, /never mind/);
  assert.deepEqual(await other, predict("other"));
  assert.deepEqual(texts(workers[0]), ["slow", "other"]);
});

test("close ends everything, for good", async (t) => {
  const { pool, workers } = setUp(t, 1, (message) => (message.method === "load" ? work(message) : undefined));
  const runs = [pool.run(classify("a")), pool.run(classify("b"))];
  await soon(5);
  pool.close(new Error("closed"));
  for (const run of runs) await assert.rejects(run, /closed/);
  await assert.rejects(pool.run(classify("c")), /closed/);
  assert.ok(workers.length === 1 && workers[0].terminated);
});

test("workers without work are given back, and start again when there is some", async (t) => {
  const { pool, workers } = setUp(t, 2, work, { idleAfter: 20 });
  await Promise.all(["a", "b", "c"].map((text) => pool.run(classify(text))));
  await soon(60);
  assert.ok(workers.every(({ terminated }) => terminated));
  assert.deepEqual(await pool.run(classify("d")), predict("d"));
});

test("a pool that is made smaller ends those without work, one that is made larger starts more", async (t) => {
  const { pool, workers } = setUp(t, 3);
  const run = () => Promise.all(Array.from("abcdef", (text) => pool.run(classify(text))));
  await run();
  pool.resize(1);
  assert.equal(workers.filter(({ terminated }) => !terminated).length, 1);
  await run();
  assert.equal(workers.length, 3);
  pool.resize(2);
  await run();
  assert.equal(workers.length, 4);
});
