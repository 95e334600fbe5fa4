import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { afterEach, test } from "node:test";
import { fetchBundle, findProblem } from "../../../web/classifier/bundle.js";
import { BUNDLE } from "./sample-bundle.mjs";
import { violations } from "./schema.mjs";

const read = (path) => JSON.parse(readFileSync(new URL(path, import.meta.url), "utf8"));
const SCHEMA = read("../../../web/classifier/bundle.schema.json");
const URL_OF_BUNDLE = new URL("https://example.test/sub/bundle.json");
const realFetch = globalThis.fetch;
afterEach(() => {
  globalThis.fetch = realFetch;
});

const load = (body, headers = { "content-type": "application/json" }) => {
  globalThis.fetch = async () => new Response(typeof body === "string" ? body : JSON.stringify(body), { headers });
  return fetchBundle(URL_OF_BUNDLE);
};

test("a good bundle is read as it is", async () => {
  assert.deepEqual(violations(SCHEMA, BUNDLE), []);
  assert.deepEqual(await load(BUNDLE), BUNDLE);
});

test("a bundle of another version gets one sentence, whatever else is in it", async () => {
  const message = "The file bundle.json has schema version 2, but this page reads version 3. The site must be built again.";
  await assert.rejects(load({ ...BUNDLE, schema_version: 2, files: {} }), { code: "bad-bundle", message });
});

/** Every place in a value, as the keys that lead there. */
function* places(value, path = []) {
  yield path;
  if (typeof value === "object" && value !== null) {
    for (const [key, inner] of Object.entries(value)) yield* places(inner, [...path, key]);
  }
}

function changed(path, change) {
  const copy = structuredClone({ root: BUNDLE });
  const keys = ["root", ...path];
  const parent = keys.slice(0, -1).reduce((at, key) => at[key], copy);
  change(parent, keys.at(-1));
  return copy.root;
}

const VALUES = [null, true, -2, 0, 0.5, 1, 1.5, 3, 7, "", "x", "0", "../x", "a/b", "a//b", ".a", "a\n", "https://evil.test/m"];
VALUES.push("0".repeat(16), "0".repeat(64), "A".repeat(64), "all", [], ["a"], ["a", "a"], ["a", "b"], [1, 2], [["a", "b"]], [["a"]], {});

test("the reader refuses what the schema refuses, and nothing else", () => {
  let refused = 0;
  let taken = 0;
  const compare = (bundle, what) => {
    const [wanted, got] = [violations(SCHEMA, bundle), findProblem(bundle)];
    assert.equal(got === "", wanted.length === 0, `${what}: ${JSON.stringify(got)} against ${JSON.stringify(wanted)}`);
    if (got === "") taken++;
    else refused++;
  };
  for (const path of places(BUNDLE)) {
    const name = path.join(".");
    for (const value of VALUES) compare(changed(path, (at, key) => (at[key] = value)), `${name} = ${JSON.stringify(value)}`);
    if (path.length === 0) continue;
    compare(changed(path, (at, key) => (Array.isArray(at) ? at.splice(key, 1) : delete at[key])), `no ${name}`);
    compare(changed(path, (at, key) => at[key] && typeof at[key] === "object" && !Array.isArray(at[key]) && (at[key].other = "1")), `${name}.other`);
  }
  assert.ok(refused > 1000 && taken > 100, `${refused} refused, ${taken} taken`);
});

/** The sample with the versions and labels that the list of faults speaks of. */
const WITH_NAMES = { ...BUNDLE, labels: ["one", "two"], versions: { onnxruntime: "1.30.0" } };

test("what Python does not write is not read, fault by fault", async () => {
  const faults = read("../bundle_faults.json");
  assert.ok(faults.length > 50);
  assert.equal(findProblem(WITH_NAMES), "");
  for (const fault of faults) {
    const changed = structuredClone(WITH_NAMES);
    const way = fault.path.split(".");
    const last = way.pop();
    const part = way.reduce((at, name) => at[name], changed);
    if ("value" in fault) part[last] = fault.value;
    else delete part[last];
    assert.notEqual(findProblem(changed), "", JSON.stringify(fault));
  }
});

for (const [name, change, pattern] of [
  ["no graph level", { graph_optimization_level: "fastest" }, /"graph_optimization_level" that is not a graph/],
  ["no labels", { labels: [] }, /"labels" that is not a list of 2 or more/],
  ["a temperature of zero", { temperature: 0 }, /"temperature" that is not a number above zero/],
  ["a threshold that is no probability", { unsure_below: 1.2 }, /"unsure_below"/],
  ["a file left out", { files: { ...BUNDLE.files, golden: undefined } }, /no "files\.golden"/],
  ["a file without a hash", { files: { ...BUNDLE.files, model: { path: "m", bytes: 1 } } }, /no "files\.model\.sha256"/],
  ["something unheard of", { runtime: 1 }, /"runtime" that this version does not know/],
]) {
  test(`a bundle with ${name} is refused by the name of the field`, async () => {
    await assert.rejects(load({ ...BUNDLE, ...change }), { code: "bad-bundle", message: pattern });
  });
}

test("an address stands in place of a path only where the caller allows its origin", () => {
  const files = { ...BUNDLE.files, model: { ...BUNDLE.files.model, path: "https://models.test/m.onnx" } };
  assert.match(findProblem({ ...BUNDLE, files }), /"files\.model\.path".*outside of its own folder/);
  assert.equal(findProblem({ ...BUNDLE, files }, ["https://models.test"]), "");
  assert.match(findProblem({ ...BUNDLE, files }, ["https://other.test"]), /files\.model\.path/);
});

test("something else than JSON is refused", async () => {
  await assert.rejects(load("{oops"), { code: "bad-bundle", message: /not valid JSON/ });
  await assert.rejects(load("null"), { code: "bad-bundle" });
  await assert.rejects(load("<!doctype html>", { "content-type": "text/html" }), { code: "wrong-content" });
});

test("a bundle that does not arrive is called stalled, and is not waited for any longer", async () => {
  let signal;
  globalThis.fetch = (_, options) => new Promise(() => ({ signal } = options));
  const loading = fetchBundle(URL_OF_BUNDLE, { silence: 30 });
  await assert.rejects(loading, { code: "stalled", message: /bundle\.json/ });
  assert.ok(signal.aborted);
});

test("a bundle that is given up fails with the reason of the signal", async () => {
  globalThis.fetch = (_, { signal }) =>
    new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
  const stop = new AbortController();
  const loading = fetchBundle(URL_OF_BUNDLE, { signal: stop.signal });
  stop.abort(new Error("never mind"));
  await assert.rejects(loading, /never mind/);
});
