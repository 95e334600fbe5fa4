import { Tokenizer } from "@huggingface/tokenizers";
import * as ort from "onnxruntime-web/wasm";
import { RUNTIME } from "./runtime-files.js";
import { serve } from "./serve.js";

// Written as bundlers know it. The runtime names the same file, so that they emit it once.
const WASM = new URL("onnxruntime-web/ort-wasm-simd-threaded.wasm", import.meta.url);

// A bundler puts the runtime into this file; its threads then start this file anew, and must not answer the page.
if (!self.name.startsWith("em-pthread")) {
  const { wasm } = RUNTIME.files;
  serve((runtimeUrl) => ({
    ort: Promise.resolve(/** @type {typeof import("onnxruntime-web")} */ (ort)),
    tokenizers: Promise.resolve(/** @type {typeof import("@huggingface/tokenizers")} */ ({ Tokenizer })),
    home: new URL(".", WASM).href,
    // What a bundler emits is the file of the package as it is.
    files: { wasm: runtimeUrl === null ? { ...(wasm.content ?? wasm), path: WASM.href } : wasm },
  }));
}
