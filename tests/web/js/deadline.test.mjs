import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { whileAlive } from "../../../web/classifier/deadline.js";

const late = () => new Error("late");

test("what is answered in time passes through, for better or worse", async () => {
  assert.equal(await whileAlive(async () => "answer", 1000, late), "answer");
  await assert.rejects(whileAlive(() => Promise.reject(new Error("no")), 1000, late), /no/);
});

test("silence ends the wait, and a late failure disturbs nobody", async () => {
  await assert.rejects(whileAlive(() => pause(60).then(() => Promise.reject(new Error("afterwards"))), 20, late), /late/);
  await pause(60);
});

test("every beat starts the wait anew", async () => {
  const run = async ({ beat }) => {
    for (let count = 0; count < 6; count++) {
      await pause(30);
      beat();
    }
    return "slow";
  };
  assert.equal(await whileAlive(run, 100, late), "slow");
});

test("one that rests is waited for without end", async () => {
  const run = async ({ rest }) => {
    rest();
    await pause(80);
    return "done";
  };
  assert.equal(await whileAlive(run, 20, late), "done");
});
