import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { afterEach, test } from "node:test";
import { downloadAll } from "../../../web/app/classifier/assets.js";

const BASE = "https://example.test/sub/path/";
const realFetch = globalThis.fetch;
afterEach(() => {
  globalThis.fetch = realFetch;
});

/** A server with files by path, which counts what is asked of it. */
function serve(answer) {
  const requests = [];
  globalThis.fetch = async (url, options) => {
    requests.push([String(url), options.cache]);
    return answer(String(url).replace(BASE, ""), options);
  };
  return requests;
}

function record(path, content) {
  const sha256 = createHash("sha256").update(content).digest("hex");
  return { path, bytes: Buffer.byteLength(content), sha256 };
}

const FILES = { model: record("model/m.onnx", "the model"), tokenizer: record("model/t.json", "{}") };
const CONTENT = { "model/m.onnx": "the model", "model/t.json": "{}" };
const load = (files = FILES, onProgress = () => {}) => downloadAll(files, BASE, onProgress);
const fails = (code, pattern) => (error) => {
  assert.equal(error.code, code);
  assert.match(error.message, pattern);
  return true;
};

test("good files come back whole, by name, from below the site's own path", async () => {
  const requests = serve((path) => new Response(CONTENT[path]));
  const reports = [];
  const bytes = await load(FILES, (report) => reports.push(report));
  assert.equal(Buffer.from(bytes.model).toString(), "the model");
  assert.equal(Buffer.from(bytes.tokenizer).toString(), "{}");
  assert.deepEqual(requests.map(([url]) => url), [`${BASE}model/m.onnx`, `${BASE}model/t.json`]);
  assert.deepEqual(reports.at(-1), { loadedBytes: 11, totalBytes: 11, phase: "start" });
});

for (const [name, content, reason] of [
  ["A corrupted", "the nodel", "its SHA-256 differs"],
  ["A short", "the mod", "7 bytes instead of 9"],
  ["An empty", "", "0 bytes instead of 9"],
  ["Too long a", "the model and more", "more than 9 bytes"],
]) {
  test(`${name} file is refused by name, with the reason`, async () => {
    serve((path) => new Response(path === "model/m.onnx" ? content : CONTENT[path]));
    await assert.rejects(load(), fails("integrity", new RegExp(`model/m\\.onnx.*${reason}`)));
  });
}

test("a stale copy in the HTTP cache is replaced by asking the server once more", async () => {
  const requests = serve((path, { cache }) => new Response(cache === "reload" ? CONTENT[path] : "an old one"));
  const { model } = await load({ model: FILES.model });
  assert.equal(Buffer.from(model).toString(), "the model");
  assert.deepEqual(requests.map(([, cache]) => cache), ["default", "reload"]);
});

test("a missing file is named, and not asked for again", async () => {
  const requests = serve(() => new Response("no", { status: 404 }));
  await assert.rejects(load({ model: FILES.model }), fails("not-found", /model\/m\.onnx.*404/));
  assert.equal(requests.length, 1);
});

test("a web page in place of a file is recognised", async () => {
  serve(() => new Response("<!doctype html>", { headers: { "content-type": "text/html; charset=utf-8" } }));
  await assert.rejects(load(), fails("wrong-content", /web page/));
});

test("a lost connection is said in a sentence, before and during the transfer", async () => {
  serve(() => Promise.reject(new TypeError("Failed to fetch")));
  await assert.rejects(load(), fails("network", /model\/m\.onnx.*Check the connection/));
  const broken = () => new ReadableStream({ pull: (controller) => controller.error(new TypeError("reset")) });
  serve(() => new Response(broken()));
  await assert.rejects(load(), fails("network", /Check the connection/));
});

test("one failure stops the other downloads", async () => {
  const signals = [];
  serve((path, { signal }) => {
    signals.push(signal);
    return path === "model/m.onnx" ? new Response("", { status: 500 }) : new Response(CONTENT[path]);
  });
  await assert.rejects(load());
  assert.ok(signals.every((signal) => signal.aborted));
});
