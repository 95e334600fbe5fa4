import { offer } from "./bench.js";

/** @typedef {typeof import("onnxruntime-web")} Runtime */

const ROOT = new URL("./", import.meta.url);
const ERRORS_ONLY = 3;

/** @type {Record<string, (id: number) => bigint>} */
const INPUTS = {
  input_ids: (id) => BigInt(id),
  attention_mask: () => 1n,
  token_type_ids: () => 0n,
};

offer(async (query) => {
  /** @type {Runtime} */
  const ort = await import(new URL("ort.wasm.min.mjs", ROOT).href);
  ort.env.logLevel = "error";
  ort.env.wasm.numThreads = 1;
  ort.env.wasm.wasmPaths = ROOT.href;
  // The first session also compiles the runtime, which is not what is measured here.
  await ort.InferenceSession.create(await download("nothing.onnx"));

  const model = await download(query.get("file") ?? "");
  const options = JSON.parse(query.get("options") ?? "{}");
  const begin = performance.now();
  const session = await ort.InferenceSession.create(model, {
    executionProviders: ["wasm"],
    logSeverityLevel: ERRORS_ONLY,
    ...options,
  });
  const createMilliseconds = performance.now() - begin;

  /** @param {number[]} ids */
  const run = async (ids) => {
    const feeds = Object.fromEntries(
      session.inputNames.map((name) => {
        const values = BigInt64Array.from(ids, INPUTS[name] ?? (() => 0n));
        return [name, new ort.Tensor("int64", values, [1, ids.length])];
      }),
    );
    const { logits } = await session.run(feeds);
    const values = Array.from(/** @type {Float32Array} */ (logits?.data));
    logits?.dispose();
    return String(values.indexOf(Math.max(...values)));
  };
  return {
    threads: 1,
    createMilliseconds,
    async classify(inputs) {
      const labels = [];
      for (const ids of inputs) labels.push(await run(ids));
      return labels;
    },
  };
});

/** @param {string} name */
async function download(name) {
  const response = await fetch(new URL(name, ROOT));
  if (!response.ok) throw new Error(`${name}: status ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}
