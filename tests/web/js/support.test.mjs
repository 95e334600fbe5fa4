import assert from "node:assert/strict";
import { test } from "node:test";
import { assertSupported } from "../../../web/classifier/support.js";

test("Node has all that is needed, so the SIMD probe is a valid module", () => {
  assert.doesNotThrow(() => assertSupported({ crypto, WebAssembly, DecompressionStream }));
});

test("an insecure connection is named as the reason, with the way out", () => {
  assert.throws(() => assertSupported({ crypto: {}, WebAssembly, DecompressionStream }), { code: "insecure-context", message: /HTTPS/ });
});

test("a browser without WebAssembly or without SIMD is told so", () => {
  assert.throws(() => assertSupported({ crypto, DecompressionStream }), { code: "no-webassembly" });
  assert.throws(() => assertSupported({ crypto, DecompressionStream, WebAssembly: { validate: () => false } }), {
    code: "no-webassembly",
  });
});

test("a browser that cannot inflate is told so before anything is downloaded", () => {
  assert.throws(() => assertSupported({ crypto, WebAssembly }), { code: "no-decompression", message: /current browser/ });
});
