import { Tokenizer } from "@huggingface/tokenizers";
import * as ort from "onnxruntime-web/wasm";
import { RUNTIME } from "./runtime-files.js";
import { serve } from "./serve.js";

// A bundler puts the runtime into this file; its threads then start this file anew, and must not answer the page.
if (!self.name.startsWith("em-pthread")) {
  const { glue: _, ...files } = RUNTIME.files;
  serve((runtimeUrl) => ({
    ort: Promise.resolve(/** @type {typeof import("onnxruntime-web")} */ (ort)),
    tokenizers: Promise.resolve(/** @type {typeof import("@huggingface/tokenizers")} */ ({ Tokenizer })),
    // Without a folder of its own the runtime finds its wasm by itself, where the bundler has put it.
    files: runtimeUrl === null ? {} : files,
  }));
}
