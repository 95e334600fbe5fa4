import assert from "node:assert/strict";
import { test } from "node:test";
import { locateFiles, locateRuntime } from "../../../web/classifier/locate.js";
import { RUNTIME } from "../../../web/classifier/runtime-files.js";

const BASE = "https://example.test/sub/path/";
const OTHER = "https://models.test";
const file = (path) => ({ path, bytes: 1, sha256: "0".repeat(64) });
const locate = (path, base = BASE, allowed = []) => locateFiles({ model: file(path) }, base, allowed).model;

test("data lies below the bundle, whatever the bundle's own file is called", () => {
  for (const base of [BASE, `${BASE}bundle.json`, new URL(`${BASE}?a=b#c`)]) {
    assert.equal(locate("0a/m.onnx.gzip", base).url.href, `${BASE}0a/m.onnx.gzip`);
  }
});

test("the runtime lies in the folder that it is given, or where a bundler has put it", () => {
  const { wasm, glue } = locateRuntime(RUNTIME.files, `${BASE}vendor/`);
  const { files } = RUNTIME;
  assert.deepEqual([wasm.url.href, glue.url.href], [`${BASE}vendor/${files.wasm.path}`, `${BASE}vendor/${files.glue.path}`]);
  assert.equal(wasm.path, `sub/path/vendor/${files.wasm.path}`);
  assert.equal(wasm.sha256, files.wasm.sha256);
  const emitted = locateRuntime({ wasm: { ...files.wasm, path: "https://other.test/assets/a1.wasm" } }, null);
  assert.deepEqual([emitted.wasm.url.href, emitted.wasm.path], ["https://other.test/assets/a1.wasm", "assets/a1.wasm"]);
});

test("another origin serves what the caller allows it to, by name", () => {
  assert.equal(locate(`${OTHER}/a/m.onnx`, BASE, [`${OTHER}/`]).url.href, `${OTHER}/a/m.onnx`);
  for (const path of ["https://evil.test/m", "//models.test/m", "https:/models.test/m", `${OTHER}/a/../m`, `${OTHER}.evil.test/m`]) {
    assert.throws(() => locate(path, BASE, [OTHER]), { code: "bad-bundle" });
  }
  assert.throws(() => locate("data:,x", BASE, ["data:,x", "null", "nonsense"]), { code: "bad-bundle" });
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
