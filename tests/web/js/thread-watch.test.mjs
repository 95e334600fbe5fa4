import assert from "node:assert/strict";
import { test } from "node:test";
import { watchThreads } from "../../../web/classifier/thread-watch.js";

const never = () => new Promise(() => {});
const later = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** A scope whose workers the test can play. */
function setUp() {
  class FakeWorker extends EventTarget {
    received = [];
    postMessage(...task) {
      this.received.push(task);
    }
  }
  return { scope: { Worker: FakeWorker }, FakeWorker };
}

test("a start whose threads answer ends as it would without being watched", async () => {
  const { scope, FakeWorker } = setUp();
  const start = async () => {
    const thread = new scope.Worker("glue.mjs");
    assert.ok(thread instanceof FakeWorker);
    thread.postMessage({ load: true }, ["memory"]);
    thread.postMessage({ run: true });
    assert.deepEqual(thread.received, [[{ load: true }, ["memory"]], [{ run: true }]]);
    thread.dispatchEvent(new Event("message"));
    await later(30);
    return "session";
  };
  assert.equal(await watchThreads(start, scope, 10), "session");
  assert.equal(scope.Worker, FakeWorker);
});

test("a thread that fails before the runtime listens ends the start at once", async () => {
  const { scope, FakeWorker } = setUp();
  const start = () => {
    const thread = new scope.Worker("glue.mjs");
    thread.dispatchEvent(new Event("error"));
    return never();
  };
  await assert.rejects(watchThreads(start, scope, 60_000), /a thread failed: its program was refused/);
  assert.equal(scope.Worker, FakeWorker);
});

test("a thread that does not answer its first task ends the start", async () => {
  const { scope } = setUp();
  const start = async () => {
    const [silent, other] = [new scope.Worker("glue.mjs"), new scope.Worker("glue.mjs")];
    for (const thread of [silent, other]) thread.postMessage({ load: true });
    other.dispatchEvent(new Event("message"));
    return never();
  };
  await assert.rejects(watchThreads(start, scope, 10), /a thread does not answer/);
});

test("a start that fails by itself fails with its own reason, and one without threads is left alone", async () => {
  const { scope } = setUp();
  await assert.rejects(watchThreads(() => Promise.reject(new Error("no memory")), scope), /no memory/);
  assert.equal(await watchThreads(async () => "alone", scope), "alone");
});
