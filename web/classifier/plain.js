import { load } from "./load.js";

/**
 * The library for folders that are served as they are. Beside it lie its worker and, unless `runtimeUrl` says otherwise,
 * the folder `../vendor/` with the runtime.
 */

export { ClassifierError, ERROR_CODES } from "./errors.js";
export { startInheritingWorker, startModuleWorker } from "./module-worker.js";
/** @typedef {import("./classifier.js").Classifier} Classifier */
/** @typedef {import("./types.js").Report} Report */
/** @typedef {import("./types.js").Prediction} Prediction */
/** @typedef {import("./types.js").Row} Row */
/** @typedef {import("./bundle-types.js").Bundle} Bundle */
/** @typedef {import("./explain.js").Explanation} Explanation */
/** @typedef {import("./verify.js").Verification} Verification */
/** @typedef {import("./progress.js").Progress} Progress */
/** @typedef {import("./probabilities.js").Score} Score */
/** @typedef {import("./types.js").LoadOptions} LoadOptions */

const HOME = {
  workerUrl: new URL("./worker-plain.js", import.meta.url),
  runtimeUrl: new URL("../vendor/", import.meta.url).href,
};

/**
 * Loads a model, and starts the worker that runs it.
 *
 * @param {string | URL} bundleUrl address of bundle.json, relative to the page
 * @param {LoadOptions} [options]
 * @returns {Promise<import("./classifier.js").Classifier>}
 */
export function loadClassifier(bundleUrl, options = {}) {
  return load(bundleUrl, options, HOME);
}
