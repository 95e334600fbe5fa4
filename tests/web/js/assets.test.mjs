import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { afterEach, test } from "node:test";
import { gzipSync } from "node:zlib";
import { downloadEach } from "../../../web/classifier/assets.js";

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
const locate = ([name, file]) => [name, { ...file, url: new URL(file.path, BASE) }];
const load = (files = FILES, onProgress = () => {}, silence = undefined) =>
  downloadEach(Object.fromEntries(Object.entries(files).map(locate)), { onProgress, silence }).all;
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

/** Hardly compressible, so that it arrives in many chunks. */
const LARGE = Buffer.alloc(300_000);
for (let at = 0, state = 1; at < LARGE.length; at++) {
  state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
  LARGE[at] = (state >> 16) & 0x3f;
}
const GZIP = gzipSync(LARGE);
const PACKED = { model: { ...record("model/m.onnx.gzip", GZIP), content: record("", LARGE) } };

/** A body in chunks of a size that has nothing to do with the file. */
function inChunks(bytes, size = 1000) {
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      if (at >= bytes.length) return controller.close();
      controller.enqueue(new Uint8Array(bytes.subarray(at, at + size)));
      at += size;
    },
  });
}

test("a compressed file comes back inflated, and its progress is in bytes of the transfer", async () => {
  serve(() => new Response(inChunks(GZIP)));
  const reports = [];
  const { model } = await load(PACKED, (report) => reports.push(report));
  assert.ok(Buffer.from(model).equals(LARGE));
  const loaded = reports.map((report) => report.loadedBytes);
  assert.deepEqual(loaded, loaded.toSorted((a, b) => a - b));
  assert.ok(loaded.length > 10);
  assert.deepEqual(reports.at(-1), { loadedBytes: GZIP.length, totalBytes: GZIP.length, phase: "start" });
});

test("what the browser has inflated already is taken as it comes", async () => {
  serve(() => new Response(inChunks(LARGE)));
  const reports = [];
  const { model } = await load(PACKED, (report) => reports.push(report));
  assert.ok(Buffer.from(model).equals(LARGE));
  assert.equal(reports.at(-1).loadedBytes, GZIP.length);
});

for (const [name, body, reason] of [
  ["cut short", GZIP.subarray(0, GZIP.length - 500), "cannot be inflated"],
  ["damaged", Buffer.from(GZIP).fill(0, 5000, 5100), "cannot be inflated"],
  ["of another content", gzipSync(Buffer.from(LARGE).fill(0, 7, 9)), "its SHA-256 differs"],
  ["of a longer content", gzipSync(Buffer.concat([LARGE, LARGE])), "more than 300000 bytes"],
  ["of a shorter content", gzipSync(LARGE.subarray(5)), "299995 bytes instead of 300000"],
  ["that is empty", Buffer.alloc(0), "0 bytes instead of 300000"],
]) {
  test(`a compressed file ${name} is refused by name, with the reason`, async () => {
    const requests = serve(() => new Response(inChunks(body)));
    await assert.rejects(load(PACKED), fails("integrity", new RegExp(`model/m\\.onnx\\.gzip.*${reason}`)));
    assert.equal(requests.length, 2, "the server is asked once more");
  });
}

test("a connection that breaks in the middle of a compressed file is called that", async () => {
  serve(() => {
    let sent = false;
    return new Response(
      new ReadableStream({
        pull(controller) {
          if (sent) return controller.error(new TypeError("reset"));
          sent = true;
          controller.enqueue(new Uint8Array(GZIP.subarray(0, 2000)));
        },
      }),
    );
  });
  await assert.rejects(load(PACKED), fails("network", /model\/m\.onnx\.gzip.*Check the connection/));
});

/** What the browser does with a body whose request is ended. */
const untilAborted = (signal) =>
  new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason ?? new Error("aborted"))));

test("a line that carries nothing for a while is called stalled, by the files that lack, and is given up", async () => {
  const signals = [];
  serve((path, { signal }) => {
    signals.push(signal);
    return path === "model/m.onnx" ? untilAborted(signal) : new Response(CONTENT[path]);
  });
  const reason = /^Nothing has arrived for 0\.05 seconds while loading the file model\/m\.onnx\. .*try again/;
  await assert.rejects(load(FILES, () => {}, 50), fails("stalled", reason));
  assert.ok(signals.every((signal) => signal.aborted));
});

test("a transfer that stops halfway is called stalled, even where the browser does not end it", async () => {
  serve(() => new Response(new ReadableStream({ start: (controller) => controller.enqueue(GZIP.subarray(0, 2000)) })));
  await assert.rejects(load(PACKED, () => {}, 50), fails("stalled", /model\/m\.onnx\.gzip/));
});

test("a slow line may take as long as it likes, and one file may wait for another", async () => {
  const slowly = (bytes, chunks) => {
    let at = 0;
    const size = Math.ceil(bytes.length / chunks);
    return new ReadableStream({
      async pull(controller) {
        await new Promise((resolve) => setTimeout(resolve, 40));
        if (at >= bytes.length) return controller.close();
        controller.enqueue(new Uint8Array(bytes.subarray(at, at + size)));
        at += size;
      },
    });
  };
  let slow;
  serve((path) => {
    if (path === "model/m.onnx.gzip") return new Response((slow = slowly(GZIP, 10)));
    return new Promise((resolve) => setTimeout(() => resolve(new Response("{}")), 350));
  });
  const bytes = await load({ ...PACKED, tokenizer: FILES.tokenizer }, () => {}, 200);
  assert.ok(slow && Buffer.from(bytes.model).equals(LARGE));
});

test("whoever waits hears of the download before anything has arrived", async () => {
  serve((_, { signal }) => untilAborted(signal));
  const reports = [];
  const loading = load(FILES, (report) => reports.push(report), 50);
  assert.deepEqual(reports, [{ loadedBytes: 0, totalBytes: 11, phase: "download" }]);
  await assert.rejects(loading, fails("stalled", /model\/m\.onnx, model\/t\.json/));
});
