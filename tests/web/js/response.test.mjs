import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { fetchData } from "../../../web/classifier/response.js";

const realFetch = globalThis.fetch;
afterEach(() => {
  globalThis.fetch = realFetch;
  delete globalThis.origin;
});
const OTHER = new URL("https://models.test/m.onnx");

/** A browser on example.test, and a server of another origin that is there or not. */
function visit({ there }) {
  const modes = [];
  globalThis.origin = "https://example.test";
  globalThis.fetch = async (_, { mode = "cors" } = {}) => {
    modes.push(mode);
    if (mode === "no-cors" && there) return new Response(null);
    throw new TypeError("Failed to fetch");
  };
  return modes;
}

test("a server that is there and does not let the page read is asked for the header that is missing", async () => {
  visit({ there: true });
  const message = /https:\/\/models\.test .*m\.onnx.*Access-Control-Allow-Origin: https:\/\/example\.test/;
  await assert.rejects(fetchData(OTHER, "m.onnx"), { code: "cors", message });
});

test("a server that is not there is a lost connection", async () => {
  const modes = visit({ there: false });
  await assert.rejects(fetchData(OTHER, "m.onnx"), { code: "network" });
  assert.deepEqual(modes, ["cors", "no-cors"]);
});

test("of the page's own server nobody asks that, nor after giving up", async () => {
  const own = visit({ there: true });
  await assert.rejects(fetchData(new URL("https://example.test/m"), "m"), { code: "network" });
  assert.deepEqual(own, ["cors"]);
  const given = visit({ there: true });
  await assert.rejects(fetchData(OTHER, "m", { signal: AbortSignal.abort() }), { code: "network" });
  assert.deepEqual(given, ["cors"]);
});
