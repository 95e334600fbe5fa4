import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { fetchBundle } from "../../../web/app/bundle.js";

const realFetch = globalThis.fetch;
afterEach(() => {
  globalThis.fetch = realFetch;
});

const file = { path: "model/x", bytes: 1, sha256: "0".repeat(64) };
const GOOD = {
  schema_version: 3,
  version: "0123456789abcdef",
  labels: ["glad", "sad"],
  max_length: 128,
  temperature: 1.2,
  temperature_slope: 0.3,
  graph_optimization_level: "all",
  files: { model: file, tokenizer: file, tokenizer_config: file, golden: file },
};

const load = (body, headers = { "content-type": "application/json" }) => {
  globalThis.fetch = async () => new Response(typeof body === "string" ? body : JSON.stringify(body), { headers });
  return fetchBundle("https://example.test/sub/");
};

test("a bundle without any of the optional parts is good", async () => {
  assert.deepEqual(await load(GOOD), GOOD);
});

for (const [name, change, pattern] of [
  ["no graph level", { graph_optimization_level: "fastest" }, /names no graph optimization level/],
  ["another schema", { schema_version: 2 }, /schema version 2, but this page reads version 3/],
  ["no labels", { labels: [] }, /names no labels/],
  ["a temperature of zero", { temperature: 0 }, /temperature/],
  ["a threshold that is no probability", { unsure_below: 1.2 }, /unsure_below/],
  ["a threshold that is no number", { unsure_below: "high" }, /unsure_below/],
  ["no length limit", { max_length: undefined }, /max_length/],
  ["a file left out", { files: { ...GOOD.files, golden: undefined } }, /"golden"/],
  ["a content without a size", { files: { ...GOOD.files, golden: { ...file, content: { sha256: file.sha256 } } } }, /"golden"/],
  ["a file without a hash", { files: { ...GOOD.files, model: { ...file, sha256: "" } } }, /"model"/],
]) {
  test(`a bundle with ${name} is refused`, async () => {
    await assert.rejects(load({ ...GOOD, ...change }), { code: "bad-bundle", message: pattern });
  });
}

test("something else than JSON is refused", async () => {
  await assert.rejects(load("{oops"), { code: "bad-bundle", message: /not valid JSON/ });
  await assert.rejects(load("null"), { code: "bad-bundle" });
  await assert.rejects(load("<!doctype html>", { "content-type": "text/html" }), { code: "wrong-content" });
});

test("a bundle that does not arrive is called stalled, and is not waited for any longer", async () => {
  let signal;
  globalThis.fetch = (_, options) => new Promise(() => ({ signal } = options));
  const loading = fetchBundle("https://example.test/sub/", 30);
  await assert.rejects(loading, { code: "stalled", message: /bundle\.json/ });
  assert.ok(signal.aborted);
});
