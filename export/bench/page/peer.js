import { offer } from "./bench.js";

/** @typedef {typeof import("@huggingface/transformers")} Transformers */

const ROOT = new URL("./", import.meta.url);

offer(async (query) => {
  /** @type {Transformers} */
  const { env, pipeline } = await import(new URL("transformers.min.js", ROOT).href);
  env.allowRemoteModels = false;
  env.allowLocalModels = true;
  env.localModelPath = new URL("models/", ROOT).pathname;
  const runtime = new URL(`ort-wasm-simd-threaded${query.get("build") ?? ""}`, ROOT).href;
  const wasm = /** @type {any} */ (env.backends.onnx.wasm);
  wasm.wasmPaths = { mjs: `${runtime}.mjs`, wasm: `${runtime}.wasm` };
  wasm.numThreads = 1;
  const dtype = /** @type {"fp32" | "q8"} */ (query.get("dtype"));
  const classifier = await pipeline("text-classification", "model", { device: "wasm", dtype });
  return {
    threads: 1,
    async classify(texts) {
      const answers = /** @type {{ label: string }[]} */ (await classifier(texts));
      return answers.map(({ label }) => label);
    },
  };
});
