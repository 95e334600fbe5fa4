import { ClassifierError } from "./errors.js";

// The build copies these from node_modules. They are imported by computed URL so that the type checker takes the
// packages' own declarations, and so that a missing file is an error to catch and not a worker that never starts.
const VENDOR = new URL("../../vendor/", import.meta.url);

/** @returns {Promise<typeof import("onnxruntime-web")>} */
export function importRuntime() {
  return importVendor("onnxruntime-web/ort.wasm.min.mjs");
}

/** @returns {Promise<typeof import("@huggingface/tokenizers")>} */
export function importTokenizers() {
  return importVendor("tokenizers/tokenizers.min.mjs");
}

/**
 * @param {string} path
 * @returns {Promise<any>}
 */
async function importVendor(path) {
  try {
    return await import(new URL(path, VENDOR).href);
  } catch (cause) {
    throw new ClassifierError(
      "program-missing",
      `The program file vendor/${path} could not be loaded. Try again; if that does not help, the site was copied incompletely.`,
      cause,
    );
  }
}
