import { SILENCE, stalled, whileAlive } from "./deadline.js";
import { ClassifierError } from "./errors.js";
import { locateRuntime } from "./locate.js";
import { RUNTIME } from "./runtime-files.js";
import { compileVouched } from "./vouched.js";

/**
 * What the model runs on, as a worker is given it.
 *
 * @typedef {object} Runtime
 * @property {Promise<typeof import("onnxruntime-web")>} ort
 * @property {Promise<typeof import("@huggingface/tokenizers")>} tokenizers
 * @property {Partial<typeof RUNTIME.files>} files what is downloaded and verified here, and not by the runtime itself
 * @property {string} [home] where a bundler has put it
 * @property {ReturnType<typeof compileVouched>} [compiled] the wasm, where a store vouches for it
 * @property {URL} [glueUrl] where the runtime imports its glue from; it has its own where this is missing
 *
 * @typedef {(runtimeUrl: string | null, trustStored?: boolean) => Runtime} OpenRuntime
 */

/**
 * The runtime out of a folder, by computed URL: so the type checker takes the packages' own declarations, and a missing
 * file is an error to catch and not a worker that never starts.
 *
 * @type {OpenRuntime}
 */
export function importRuntime(runtimeUrl, trustStored = false) {
  const folder = runtimeUrl ?? String(new URL("../vendor/", import.meta.url));
  const { wasm } = locateRuntime(RUNTIME.files, folder);
  const compiled = trustStored && wasm ? compileVouched(wasm) : Promise.resolve(null);
  const glueUrl = new URL(RUNTIME.files.glue.path, folder);
  // The runtime imports its glue by itself, from the same address, but would wait for it for ever.
  const glue = importFrom(RUNTIME.files.glue.path, folder);
  const ort = importFrom("onnxruntime-web/ort.wasm.min.mjs", folder).then(async (module) => (await glue, module));
  const tokenizers = importFrom("tokenizers/tokenizers.min.mjs", folder);
  // Whoever asks for one hears of it; until then it must not pass for an error that nobody caught.
  for (const loading of [ort, glue, tokenizers]) loading.catch(() => {});
  return { ort, tokenizers, files: RUNTIME.files, compiled, glueUrl };
}

/**
 * @param {string} path
 * @param {string} folder
 * @returns {Promise<any>}
 */
async function importFrom(path, folder) {
  const url = new URL(path, folder).href;
  try {
    return await whileAlive(() => import(url), SILENCE, () => stalled(url, SILENCE));
  } catch (cause) {
    if (cause instanceof ClassifierError) throw cause;
    throw new ClassifierError(
      "program-missing",
      `The program file ${url} could not be loaded. Try again; if that does not help, the site was copied incompletely.`,
      cause,
    );
  }
}
