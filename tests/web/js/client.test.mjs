import assert from "node:assert/strict";
import { test } from "node:test";
import { WorkerClient } from "../../../web/classifier/client.js";

class FakeWorker {
  onmessage = null;
  onmessageerror = null;
  onerror = null;
  terminated = false;
  received = [];
  postMessage(message) {
    this.received.push(message);
  }
  terminate() {
    this.terminated = true;
  }
  reply(index, answer) {
    this.onmessage({ data: { id: this.received[index].id, ...answer } });
  }
}

const call = (threads) => ({ method: "load", bundle: {}, threads });
const text = (text) => ({ method: "classify", text });

/** A client whose workers the test can play. */
function setUp() {
  const workers = [];
  const start = () => {
    workers.push(new FakeWorker());
    return workers.at(-1);
  };
  const client = new WorkerClient(start, "worker.js");
  return { client, workers };
}

async function loaded() {
  const { client, workers } = setUp();
  const loading = client.load(call(1));
  workers[0].reply(0, { result: { milliseconds: 1 } });
  await loading;
  return { client, workers, worker: workers[0] };
}

test("load hands over its call, reports progress and resolves with the report", async () => {
  const { client, workers } = setUp();
  const seen = [];
  const order = { ...call(1), bundle: { labels: ["a"] }, bundleUrl: "https://example.test/sub/bundle.json" };
  const loading = client.load(order, { onProgress: (p) => seen.push(p) });
  const [{ id: _, ...request }] = workers[0].received;
  assert.deepEqual(request, order);
  workers[0].reply(0, { progress: { loadedBytes: 1, totalBytes: 2, phase: "download" } });
  workers[0].reply(0, { result: { milliseconds: 5 } });
  assert.deepEqual(await loading, { milliseconds: 5 });
  assert.deepEqual(seen, [{ loadedBytes: 1, totalBytes: 2, phase: "download" }]);
});

test("every call gets its own answer, and the worker gets the calls in order", async () => {
  const { client, worker } = await loaded();
  const answers = Promise.all(["a", "b", "c"].map((word) => client.call(text(word))));
  assert.deepEqual(worker.received.slice(1).map(({ text }) => text), ["a", "b", "c"]);
  worker.reply(3, { result: "C" });
  worker.reply(1, { result: "A" });
  worker.reply(2, { result: "B" });
  assert.deepEqual(await answers, ["A", "B", "C"]);
});

test("a call may be made while the model loads", async () => {
  const { client, workers } = setUp();
  const loading = client.load(call(1));
  const answer = client.call(text("early"));
  workers[0].reply(0, { result: {} });
  workers[0].reply(1, { result: "late" });
  await loading;
  assert.equal(await answer, "late");
});

test("an error crosses as an Error with code and sentence, and hurts no other call", async () => {
  const { client, worker } = await loaded();
  const [bad, good] = [client.call(text("a")), client.call(text("b"))];
  worker.reply(1, { error: { code: "bad-output", message: "The answer is not a number." } });
  worker.reply(2, { result: "B" });
  await assert.rejects(bad, (error) => {
    assert.ok(error instanceof Error);
    assert.equal(error.code, "bad-output");
    assert.equal(error.message, "The answer is not a number.");
    return true;
  });
  assert.equal(await good, "B");
});

test("without a loaded model there is an error and no answer", async () => {
  const { client } = setUp();
  await assert.rejects(client.call(text("a")), { code: "not-loaded" });
});

for (const [name, crash] of [
  ["onerror", (worker) => worker.onerror({ message: "out of memory" })],
  ["onmessageerror", (worker) => worker.onmessageerror({})],
]) {
  test(`${name} rejects all pending calls and ends the worker`, async () => {
    const { client, worker } = await loaded();
    const calls = [client.call(text("a")), client.call(text("b"))];
    crash(worker);
    for (const call of calls) await assert.rejects(call, { code: "crash" });
    assert.ok(worker.terminated);
    await assert.rejects(client.call(text("c")), { code: "not-loaded" });
  });
}

test("a failed load can be retried, in a fresh worker", async () => {
  const { client, workers } = setUp();
  const first = client.load(call(1));
  workers[0].reply(0, { error: { code: "network", message: "The connection failed." } });
  await assert.rejects(first, { code: "network" });
  assert.ok(workers[0].terminated);
  const second = client.load(call(1));
  workers[1].reply(0, { result: { milliseconds: 2 } });
  assert.deepEqual(await second, { milliseconds: 2 });
  assert.ok(!workers[1].terminated);
});

test("a worker that dies while loading can be retried as well", async () => {
  const { client, workers } = setUp();
  const first = client.load(call(1));
  workers[0].onerror({ message: "" });
  await assert.rejects(first, { code: "crash", message: /could not be loaded/ });
  const second = client.load(call(1));
  workers[1].reply(0, { result: {} });
  await second;
});

for (const [name, fail] of [
  ["is refused", (worker) => worker.reply(0, { error: { code: "runtime", message: "The model could not be started." } })],
  ["ends the worker", (worker) => worker.onerror({ message: "no memory" })],
]) {
  test(`a start with several threads that ${name} is followed by one with one, in a fresh worker`, async () => {
    const { client, workers } = setUp();
    const loading = client.load(call(4));
    assert.equal(workers[0].received[0].threads, 4);
    const lateFailure = workers[0].onerror;
    fail(workers[0]);
    await new Promise(setImmediate);
    lateFailure({ message: "another thread" });
    assert.ok(workers[0].terminated);
    assert.equal(workers[1].received[0].threads, 1);
    workers[1].reply(0, { result: { threads: 1 } });
    assert.deepEqual(await loading, { threads: 1 });
    assert.ok(!workers[1].terminated);
  });
}

for (const last of ["threads", "session"]) {
  test(`a start with several threads that stands still (${last}) is given up for one with one`, async (context) => {
    context.mock.timers.enable({ apis: ["setTimeout"] });
    const { client, workers } = setUp();
    const loading = client.load(call(4));
    workers[0].reply(0, { progress: { loadedBytes: 1, totalBytes: 1, phase: "download" } });
    context.mock.timers.tick(60_000);
    workers[0].reply(0, { stage: "threads" });
    context.mock.timers.tick(9_000);
    workers[0].reply(0, { stage: "waiting" });
    context.mock.timers.tick(60_000);
    assert.ok(!workers[0].terminated, "a download may take as long as it likes");
    workers[0].reply(0, { stage: last });
    context.mock.timers.tick(10_000);
    await new Promise(setImmediate);
    assert.ok(workers[0].terminated);
    assert.equal(workers[1].received[0].threads, 1);
    workers[1].reply(0, { stage: last });
    context.mock.timers.tick(60_000);
    workers[1].reply(0, { result: { threads: 1 } });
    assert.deepEqual(await loading, { threads: 1 });
  });
}

test("a failure that has nothing to do with threads is shown and not tried again", async () => {
  const { client, workers } = setUp();
  const loading = client.load(call(4));
  workers[0].reply(0, { error: { code: "integrity", message: "The file is not the one." } });
  await assert.rejects(loading, { code: "integrity" });
  assert.equal(workers.length, 1);
});

test("a start with one thread that fails has failed", async () => {
  const { client, workers } = setUp();
  const loading = client.load(call(1));
  workers[0].reply(0, { error: { code: "runtime", message: "The model could not be started." } });
  await assert.rejects(loading, { code: "runtime" });
  assert.equal(workers.length, 1);
});

test("a load that replaces another one ends it, and is not ended by it", async () => {
  const { client, workers } = setUp();
  const first = client.load(call(1));
  const second = client.load(call(1));
  await assert.rejects(first, { code: "closed" });
  workers[1].reply(0, { result: {} });
  await second;
  assert.ok(!workers[1].terminated);
});

test("close ends the worker and answers whoever still waits", async () => {
  const { client, worker } = await loaded();
  const waiting = client.call(text("a"));
  client.close();
  await assert.rejects(waiting, { code: "closed" });
  assert.ok(worker.terminated);
});

test("a worker that cannot be created is a rejected load, not a thrown exception", async () => {
  const client = new WorkerClient(() => {
    throw new Error("refused");
  }, "worker.js");
  await assert.rejects(client.load(call(1)), /refused/);
});

test("a worker whose program does not arrive is given up, and may be tried again", async () => {
  const { client, workers } = setUp();
  const loading = client.load(call(1), { silence: 30 });
  await assert.rejects(loading, { code: "stalled", message: /0\.03 seconds .*worker\.js.* try again/ });
  assert.ok(workers[0].terminated);
  const second = client.load(call(1));
  workers[1].reply(0, { result: {} });
  await second;
});

test("a worker that has said something has all the time it wants", async () => {
  const { client, workers } = setUp();
  const loading = client.load(call(1), { silence: 30 });
  workers[0].reply(0, { progress: { loadedBytes: 0, totalBytes: 2, phase: "download" } });
  await new Promise((resolve) => setTimeout(resolve, 80));
  workers[0].reply(0, { result: { milliseconds: 80 } });
  assert.deepEqual(await loading, { milliseconds: 80 });
});

test("a load that is cancelled ends its worker and rejects with the reason of the signal", async () => {
  const { client, workers } = setUp();
  const stop = new AbortController();
  const loading = client.load(call(4), { signal: stop.signal });
  stop.abort();
  await assert.rejects(loading, (error) => error === stop.signal.reason && error.name === "AbortError");
  assert.ok(workers[0].terminated);
  assert.equal(workers.length, 1);
  await assert.rejects(client.call(text("a")), { code: "not-loaded" });
});

test("a signal that is given up already starts nothing, and ends nothing that runs", async () => {
  const { client, workers, worker } = await loaded();
  await assert.rejects(client.load(call(1), { signal: AbortSignal.abort() }), { name: "AbortError" });
  assert.equal(workers.length, 1);
  assert.ok(!worker.terminated);
});

test("a signal has no say once the load is done, nor over a load that came after it", async () => {
  const { client, workers } = setUp();
  const [first, second] = [new AbortController(), new AbortController()];
  const replaced = client.load(call(1), { signal: first.signal });
  const loading = client.load(call(1), { signal: second.signal });
  await assert.rejects(replaced, { code: "closed" });
  first.abort();
  workers[1].reply(0, { result: {} });
  await loading;
  second.abort();
  assert.ok(!workers[1].terminated);
});

test("a worker that is prepared is the one that loads; only a failure costs it its place", async () => {
  const { client, workers } = setUp();
  client.prepare({ runtimeUrl: "https://example.test/vendor/", trustStored: true });
  assert.deepEqual(workers[0].received, [{ method: "prepare", runtimeUrl: "https://example.test/vendor/", trustStored: true, id: 0 }]);
  const loading = client.load(call(2));
  assert.equal(workers.length, 1);
  workers[0].reply(1, { error: { code: "runtime", message: "no thread" } });
  await new Promise(setImmediate);
  assert.equal(workers.length, 2);
  workers[1].reply(0, { result: {} });
  await loading;
});

test("a call that is cancelled fails at once with the reason, is taken back, and its late answer is not heard", async () => {
  const { client, worker } = await loaded();
  const stop = new AbortController();
  const [cancelled, other] = [client.call(text("a"), { signal: stop.signal }), client.call(text("b"))];
  stop.abort(new Error("never mind"));
  await assert.rejects(cancelled, /never mind/);
  assert.deepEqual(worker.received.at(-1), { method: "drop", of: worker.received[1].id, id: 0 });
  worker.reply(1, { result: "A" });
  worker.reply(2, { result: "B" });
  assert.equal(await other, "B");
  await assert.rejects(client.call(text("c"), { signal: stop.signal }), /never mind/);
  assert.equal(worker.received.length, 4);
});

test("a worker that says nothing for as long as it may is taken for dead", async () => {
  const { client, worker } = await loaded();
  await assert.rejects(client.call(text("a"), { within: 20 }), { code: "crash", message: /says nothing/ });
  assert.ok(worker.terminated && !client.alive);
});
