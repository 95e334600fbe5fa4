import assert from "node:assert/strict";
import { test } from "node:test";
import { lookForNewer } from "../../../web/app/proof/newer.js";

/** What is said when the browser knows this registration. */
async function said(registration) {
  const serviceWorker = { getRegistration: async () => registration };
  Object.defineProperty(globalThis, "navigator", { configurable: true, value: { serviceWorker } });
  const sentences = [];
  await lookForNewer((sentence) => sentences.push(sentence));
  return sentences;
}

function worker() {
  const one = new EventTarget();
  one.become = (state) => {
    one.state = state;
    one.dispatchEvent(new Event("statechange"));
  };
  return one;
}

test("where nothing is stored there is nothing to renew", async () => {
  assert.match((await said(undefined)).at(-1), /^Nothing is stored here/);
});

test("the server has no other version", async () => {
  assert.match((await said({ update: async () => {}, installing: null, waiting: null })).at(-1), /no newer version/);
});

test("a version that waits already is pointed to", async () => {
  assert.match((await said({ update: async () => {}, installing: null, waiting: worker() })).at(-1), /offers it above/);
});

test("a version that is being stored is told of, and so is how that ends", async () => {
  for (const [state, wanted] of [["installed", /offers it above/], ["redundant", /could not be stored whole/]]) {
    const installing = worker();
    const sentences = await said({ update: async () => {}, installing, waiting: null });
    assert.match(sentences.at(-1), /being stored/);
    installing.become(state);
    assert.match(sentences.at(-1), wanted);
  }
});

test("a server that cannot be reached is no proof that there is nothing newer", async () => {
  const update = async () => {
    throw new TypeError("Failed to update a ServiceWorker");
  };
  assert.match((await said({ update, installing: null, waiting: null })).at(-1), /could not be asked/);
});
