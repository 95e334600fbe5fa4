import assert from "node:assert/strict";
import { test } from "node:test";
import { assertSupported } from "../../../web/app/classifier/support.js";

test("Node has all that is needed, so the SIMD probe is a valid module", () => {
  assert.doesNotThrow(() => assertSupported({ crypto, WebAssembly }));
});

test("an insecure connection is named as the reason, with the way out", () => {
  assert.throws(() => assertSupported({ crypto: {}, WebAssembly }), { code: "insecure-context", message: /HTTPS/ });
});

test("a browser without WebAssembly or without SIMD is told so", () => {
  assert.throws(() => assertSupported({ crypto }), { code: "no-webassembly" });
  assert.throws(() => assertSupported({ crypto, WebAssembly: { validate: () => false } }), { code: "no-webassembly" });
});
