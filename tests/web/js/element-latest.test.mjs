import assert from "node:assert/strict";
import { test } from "node:test";
import { latestOnly } from "../../../web/classifier/element/latest.js";

test("of the values that come while one is worked on, the newest alone follows", async () => {
  let value = "a";
  const started = [];
  const ends = [];
  const changed = latestOnly(
    () => value,
    (now) => {
      started.push(now);
      return new Promise((resolve) => ends.push(resolve));
    },
  );
  const end = changed();
  for (value of ["ab", "abc"]) void changed();
  assert.deepEqual(started, ["a"]);
  ends.shift()();
  await new Promise(setImmediate);
  assert.deepEqual(started, ["a", "abc"]);
  ends.shift()();
  await end;
  assert.deepEqual(started, ["a", "abc"]);
});

test("a task that fails leaves the way free", async () => {
  const tried = [];
  const changed = latestOnly(
    () => "a",
    async (value) => {
      tried.push(value);
      throw new Error("no");
    },
  );
  await assert.rejects(changed(), /no/);
  await assert.rejects(changed(), /no/);
  assert.deepEqual(tried, ["a", "a"]);
});
