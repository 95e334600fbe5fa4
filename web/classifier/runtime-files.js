// Written by export/site/runtime_files.py from the packages that are installed; a test compares.

/**
 * What of onnxruntime-web is loaded by address, and how to know it again: glue and wasm of two
 * versions fail in obscure ways. Paths are relative to the folder of the runtime, where the wasm
 * lies compressed; its content is the file of the package. Another zlib may compress it to other
 * bytes, so only the content can be relied upon.
 *
 * @typedef {{ bytes: number, sha256: string }} Content
 * @typedef {Content & { path: string, content?: Content }} RuntimeFile
 * @type {{ version: string, files: { wasm: RuntimeFile, glue: RuntimeFile } }}
 */
export const RUNTIME = {
  "version": "1.30.0",
  "files": {
    "wasm": {
      "path": "onnxruntime-web/ort-wasm-simd-threaded.wasm.gzip",
      "bytes": 3652765,
      "sha256": "9a202915ab712f2ac4504f9fd8c634d244a11e9f9e734361471a1fe6e7f984c0",
      "content": {
        "bytes": 14239897,
        "sha256": "3398c10d07d229bd91b364548e130e0e51a8e5704b88c7c083ebbeb78842dee2"
      }
    },
    "glue": {
      "path": "onnxruntime-web/ort-wasm-simd-threaded.mjs",
      "bytes": 24381,
      "sha256": "e13f7f94fc51b4ca72b12faeb1ee95f4ace6dfbc8939bc718aabdc0a27c4299b"
    }
  }
};
