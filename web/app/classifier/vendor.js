import { RUNTIME } from "../../classifier/runtime-files.js";
import { SILENCE, stalled, whileAlive } from "./deadline.js";
import { ClassifierError } from "./errors.js";

// The build copies these from node_modules. They are imported by computed URL so that the type checker takes the
// packages' own declarations, and so that a missing file is an error to catch and not a worker that never starts.
const VENDOR = new URL("../../vendor/", import.meta.url);

/**
 * @param {string} path below vendor/
 * @returns {URL}
 */
export function vendorUrl(path) {
  return new URL(path, VENDOR);
}

/** @returns {Promise<typeof import("onnxruntime-web")>} */
export async function importRuntime() {
  const runtime = await importVendor("onnxruntime-web/ort.wasm.min.mjs");
  // The runtime imports it by itself, from the same address, but would wait for it for ever.
  await importVendor(RUNTIME.files.glue.path);
  return runtime;
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
    return await whileAlive(() => import(vendorUrl(path).href), SILENCE, () => stalled(`vendor/${path}`, SILENCE));
  } catch (cause) {
    if (cause instanceof ClassifierError) throw cause;
    throw new ClassifierError(
      "program-missing",
      `The program file vendor/${path} could not be loaded. Try again; if that does not help, the site was copied incompletely.`,
      cause,
    );
  }
}
