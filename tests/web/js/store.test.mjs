import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { afterEach, test } from "node:test";
import { downloadEach } from "../../../web/classifier/assets.js";
import { FileStore } from "../../../web/classifier/store.js";

const BUNDLE = new URL("https://example.test/one/bundle.json");
const OTHER = new URL("https://example.test/two/bundle.json");
const realFetch = globalThis.fetch;
afterEach(() => {
  globalThis.fetch = realFetch;
});

/** Cache Storage in memory, with as much room as a test gives it. */
function storage({ room = Infinity } = {}) {
  const entries = new Map();
  const cache = {
    match: async (request) => entries.get(request.url ?? request)?.clone(),
    put: async (url, response) => {
      if (entries.size >= room) throw new DOMException("full", "QuotaExceededError");
      entries.set(url, response);
    },
    delete: async (request) => entries.delete(request.url ?? request),
    keys: async () => [...entries.keys()].map((url) => ({ url })),
  };
  return { entries, scope: { caches: { open: async (name) => (assert.equal(name, "pocket-classifier"), cache) } } };
}

function described(content) {
  const sha256 = createHash("sha256").update(content).digest("hex");
  return { path: "m", bytes: 4, sha256: "f".repeat(64), content: { bytes: Buffer.byteLength(content), sha256 } };
}
const bytes = (content) => new Uint8Array(Buffer.from(content));
const text = (found) => found && Buffer.from(found).toString();

test("what is stored is found by what it holds, whoever asks and whatever it is called", async () => {
  const { entries, scope } = storage();
  const store = await FileStore.open(BUNDLE, scope);
  assert.equal(await store.read(described("weights")), null);
  assert.equal(await store.write(described("weights"), bytes("weights")), true);
  assert.equal(text(await store.read(described("weights"))), "weights");
  const other = await FileStore.open(OTHER, scope);
  assert.equal(text(await other.read({ ...described("weights"), path: "n" })), "weights");
  assert.equal(await other.read(described("other")), null);
  assert.deepEqual([...entries.keys()], [`https://example.test/pocket-classifier/${described("weights").content.sha256}`]);
});

test("an entry of another size is as good as none, and goes", async () => {
  const { entries, scope } = storage();
  const store = await FileStore.open(BUNDLE, scope);
  await store.write(described("weights"), bytes("weigh"));
  assert.equal(await store.read(described("weights")), null);
  assert.equal(entries.size, 0);
});

test("a sweep takes away what this bundle needs no longer, and nothing of another one", async () => {
  const { entries, scope } = storage();
  const [one, two] = [await FileStore.open(BUNDLE, scope), await FileStore.open(OTHER, scope)];
  for (const content of ["old", "kept"]) await one.write(described(content), bytes(content));
  await two.write(described("theirs"), bytes("theirs"));
  await one.sweep([described("kept"), described("new")]);
  const left = ["kept", "theirs"].map((content) => described(content).content.sha256);
  assert.deepEqual([...entries.keys()].map((url) => url.split("/").at(-1)).toSorted(), left.toSorted());
});

test("without room, or without Cache Storage, it goes on in memory", async () => {
  const store = await FileStore.open(BUNDLE, storage({ room: 0 }).scope);
  assert.equal(await store.write(described("weights"), bytes("weights")), false);
  assert.equal(await FileStore.open(BUNDLE, {}), null);
  const refusing = { caches: { open: () => Promise.reject(new DOMException("no", "SecurityError")) } };
  assert.equal(await FileStore.open(BUNDLE, refusing), null);
  const broken = { open: async () => ({ match: () => Promise.reject(new Error("torn")), keys: () => Promise.reject(new Error("torn")) }) };
  const torn = await FileStore.open(BUNDLE, { caches: broken });
  assert.equal(await torn.read(described("weights")), null);
  await torn.sweep([]);
});

test("a file that is stored is not downloaded, nor hashed again; its bytes count as loaded", async () => {
  const { scope } = storage();
  const store = await FileStore.open(BUNDLE, scope);
  await store.write(described("weights"), bytes("WEIGHTS")); // would not be verified
  const asked = [];
  globalThis.fetch = async (url) => (asked.push(String(url)), new Response("other"));
  const located = (file) => ({ ...file, content: undefined, ...file.content, path: file.path, url: new URL("m", BUNDLE) });
  const files = { model: located(described("weights")), tokenizer: { ...located(described("other")), path: "t" } };
  const seen = [];
  const downloads = downloadEach(files, { stores: { model: store, tokenizer: store }, onProgress: (progress) => seen.push(progress) });
  const loaded = await downloads.all;
  assert.deepEqual([text(loaded.model), text(loaded.tokenizer)], ["WEIGHTS", "other"]);
  assert.deepEqual([...downloads.stored], ["model"]);
  assert.equal(asked.length, 1);
  assert.deepEqual(seen.at(-1), { loadedBytes: 12, totalBytes: 12, phase: "start" });
});

test("each file is handed out when it is there, whatever the others do", async () => {
  const held = Promise.withResolvers?.() ?? (() => { let resolve; const promise = new Promise((r) => (resolve = r)); return { promise, resolve }; })();
  globalThis.fetch = async (url) => (String(url).endsWith("slow") ? held.promise : new Response("quick"));
  const file = (content, path) => ({ ...described(content), content: undefined, ...described(content).content, path, url: new URL(path, BUNDLE) });
  const { each, all } = downloadEach({ quick: file("quick", "quick"), slow: file("slow!", "slow") });
  assert.equal(text(await each.quick), "quick");
  held.resolve(new Response("slow!"));
  assert.equal(text((await all).slow), "slow!");
});
