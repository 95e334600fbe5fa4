import assert from "node:assert/strict";
import { test } from "node:test";
import { defineTextClassifier } from "../../../web/classifier/element/define.js";

test("on a server, where there are no elements, the module is imported and defines nothing", () => {
  assert.equal(globalThis.HTMLElement, undefined);
  assert.doesNotThrow(() => defineTextClassifier("text-classifier", async () => assert.fail()));
});
