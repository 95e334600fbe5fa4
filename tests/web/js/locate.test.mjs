import assert from "node:assert/strict";
import { test } from "node:test";
import { locateFiles } from "../../../web/app/classifier/locate.js";
import { vendorUrl } from "../../../web/app/classifier/vendor.js";
import { RUNTIME } from "../../../web/classifier/runtime-files.js";

const BASE = "https://example.test/sub/path/";
const file = (path) => ({ path, bytes: 1, sha256: "0".repeat(64) });
const locate = (path, base = BASE) =>
  locateFiles(
    {
      model: file(path),
      tokenizer: file("model/0a/tokenizer.json.gzip"),
      tokenizer_config: file("model/0a/tokenizer_config.json"),
      wasm: file("https://evil.test/x.wasm"),
      glue: file("https://evil.test/x.mjs"),
    },
    base,
  );

test("data lies below the bundle, whatever the bundle's own file is called", () => {
  for (const base of [BASE, `${BASE}index.html`, new URL(`${BASE}?a=b#c`)]) {
    assert.equal(locate("model/0a/m.onnx.gzip", base).model.url.href, `${BASE}model/0a/m.onnx.gzip`);
  }
});

test("the runtime lies where the code says, whatever the bundle does", () => {
  const { wasm, glue } = locate("model/m");
  const { files } = RUNTIME;
  assert.deepEqual([wasm.url.href, glue.url.href], [vendorUrl(files.wasm.path).href, vendorUrl(files.glue.path).href]);
  assert.deepEqual([wasm.path, glue.path], [`vendor/${files.wasm.path}`, `vendor/${files.glue.path}`]);
  assert.equal(wasm.sha256, files.wasm.sha256);
});

for (const path of [
  "https://evil.test/m",
  "HTTPS:m",
  "https:m",
  "//evil.test/m",
  "\\\\evil.test/m",
  "\\m",
  "model\\..\\..\\m",
  "/m",
  "../m",
  "model/../../m",
  "model/../m",
  "./m",
  "..",
  ".",
  "",
  "%2e%2e/m",
  ".%2E/m",
  "..%2fm",
  "%2f%2fevil.test",
  "m?x",
  "m#x",
  "m?",
  " m",
  "m\n",
  "\t//evil.test/m",
  "https://[",
  "data:,x",
  "blob:https://example.test/1",
  "javascript:0",
]) {
  test(`a bundle that names ${JSON.stringify(path)} is refused in one sentence`, () => {
    assert.throws(() => locate(path), (error) => {
      assert.equal(error.code, "bad-bundle");
      assert.ok(error.message.includes(JSON.stringify(path)));
      return true;
    });
  });
}
