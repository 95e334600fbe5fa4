import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { afterEach, test } from "node:test";
import { gzipSync } from "node:zlib";
import { downloadEach } from "../../../web/classifier/assets.js";
import { compileVouched, giveCompiled, isVouched, VOUCHED } from "../../../web/classifier/vouched.js";

/** A module that exports nothing. */
const EMPTY = Uint8Array.from([0, 97, 115, 109, 1, 0, 0, 0]);
const hash = (bytes) => createHash("sha256").update(bytes).digest("hex");
const packed = gzipSync(EMPTY);
const content = { bytes: EMPTY.length, sha256: hash(EMPTY) };
const WASM = { path: "r.wasm.gzip", bytes: packed.length, sha256: hash(packed), content, url: new URL("https://example.test/r.wasm.gzip") };
const realFetch = globalThis.fetch;
afterEach(() => {
  globalThis.fetch = realFetch;
});

/** What a store answers, and how often it was asked in which way. */
function answer(...responses) {
  const asked = [];
  globalThis.fetch = async (_, { cache = "default" } = {}) => {
    asked.push(cache);
    return responses.length > 1 ? responses.shift() : responses[0].clone();
  };
  return asked;
}
const vouch = (bytes, sha256 = content.sha256) =>
  new Response(bytes, { headers: { [VOUCHED]: sha256, "Content-Type": "application/wasm" } });

test("a word counts for what the file holds, and for no other file", () => {
  assert.ok(isVouched(vouch(EMPTY), WASM));
  assert.ok(!isVouched(vouch(EMPTY, hash(packed)), WASM));
  assert.ok(isVouched(vouch(EMPTY, hash("x")), { path: "x", bytes: 1, sha256: hash("x") }));
  assert.ok(!isVouched(new Response(EMPTY), WASM));
});

test("it is compiled out of the response itself where somebody vouches for it, and left alone otherwise", async () => {
  answer(vouch(EMPTY));
  const found = await compileVouched(WASM);
  assert.ok((await found.module) instanceof WebAssembly.Module);
  for (const response of [new Response(packed), new Response("", { status: 404, headers: { [VOUCHED]: content.sha256 } })]) {
    answer(response);
    assert.equal(await compileVouched(WASM), null);
  }
  globalThis.fetch = async () => Promise.reject(new TypeError("Failed to fetch"));
  assert.equal(await compileVouched(WASM), null);
});

test("the word is taken only where it was asked for, and the length is looked at all the same", async () => {
  const other = Uint8Array.from(EMPTY, (byte) => byte ^ 1);
  const load = async (trustStored) => (await downloadEach({ wasm: WASM }, { trustStored }).all).wasm;
  answer(vouch(other));
  assert.deepEqual(await load(true), other);
  await assert.rejects(load(false), { code: "integrity" });
  const asked = answer(vouch(other.subarray(1)), new Response(packed));
  assert.deepEqual(await load(true), EMPTY);
  assert.deepEqual(asked, ["default", "reload"]);
});

test("the runtime gets the module in place of the bytes that it was given, though it copies them; others are compiled", async () => {
  const module = await WebAssembly.compile(EMPTY);
  const { instantiate } = WebAssembly;
  const ort = { env: { wasm: {} } };
  const done = giveCompiled(ort, module);
  const given = await WebAssembly.instantiate(new Uint8Array(ort.env.wasm.wasmBinary), {});
  assert.equal(given.module, module);
  assert.ok(given.instance instanceof WebAssembly.Instance);
  const other = await WebAssembly.instantiate(EMPTY, {});
  assert.ok(other.module instanceof WebAssembly.Module && other.module !== module);
  done();
  assert.equal(WebAssembly.instantiate, instantiate);
});
