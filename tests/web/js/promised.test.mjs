import assert from "node:assert/strict";
import { test } from "node:test";
import { Promised } from "../../../web/app/promised.js";

test("who asks early, and who asks late, gets the same", async () => {
  const promised = new Promised();
  const early = promised.get();
  promised.give("model");
  assert.deepEqual([await early, await promised.get()], ["model", "model"]);
});

test("a failure is told to those who wait, and to those who ask until the next try", async () => {
  const promised = new Promised();
  const early = promised.get();
  promised.fail(new Error("no network"));
  await assert.rejects(early, /no network/);
  await assert.rejects(promised.get(), /no network/);
  promised.begin();
  const next = promised.get();
  promised.give("model");
  assert.equal(await next, "model");
});

test("what was given may fail later", async () => {
  const promised = new Promised();
  promised.give("model");
  promised.fail(new Error("stopped"));
  await assert.rejects(promised.get(), /stopped/);
});

test("a try that goes on is not begun again", async () => {
  const promised = new Promised();
  const early = promised.get();
  promised.begin();
  promised.give("model");
  assert.equal(await early, "model");
});
