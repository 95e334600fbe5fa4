import assert from "node:assert/strict";
import { test } from "node:test";
import { debounce, latestOnly } from "../../../web/app/latest.js";

/** A task whose runs end when the test says so. */
function controlledTask() {
  const started = [];
  const finish = [];
  const task = (value) => {
    started.push(value);
    return new Promise((resolve) => finish.push(resolve));
  };
  const end = async () => {
    finish.shift()();
    await new Promise(setImmediate);
  };
  return { task, started, end };
}

test("while a task runs, only the newest of the waiting values is kept", async () => {
  const { task, started, end } = controlledTask();
  const submit = latestOnly(task);
  for (const text of ["I", "I a", "I am", "I am sad"]) submit(text);
  assert.deepEqual(started, ["I"]);
  await end();
  assert.deepEqual(started, ["I", "I am sad"]);
  await end();
  assert.deepEqual(started, ["I", "I am sad"]);
});

test("a value that comes after the end of a task starts at once", async () => {
  const { task, started, end } = controlledTask();
  const submit = latestOnly(task);
  submit("first");
  await end();
  submit("second");
  assert.deepEqual(started, ["first", "second"]);
});

test("never two tasks at a time", async () => {
  let running = 0;
  let most = 0;
  const submit = latestOnly(async () => {
    most = Math.max(most, ++running);
    await new Promise(setImmediate);
    running--;
  });
  for (let i = 0; i < 20; i++) {
    submit(i);
    if (i % 3 === 0) await new Promise(setImmediate);
  }
  assert.equal(most, 1);
});

test("an empty value waits like any other", async () => {
  const { task, started, end } = controlledTask();
  const submit = latestOnly(task);
  submit("text");
  submit("");
  await end();
  assert.deepEqual(started, ["text", ""]);
});

test("debounce lets the last value through after the silence", (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const seen = [];
  const type = debounce((value) => seen.push(value), 120);
  type("a");
  context.mock.timers.tick(119);
  type("ab");
  context.mock.timers.tick(119);
  assert.deepEqual(seen, []);
  context.mock.timers.tick(1);
  assert.deepEqual(seen, ["ab"]);
});
