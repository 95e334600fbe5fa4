import { ClassifierError, describe } from "./errors.js";
import { load } from "./load.js";

/**
 * The library for bundlers, which find worker and runtime by themselves.
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

const HOME = { workerUrl: null, runtimeUrl: null, startWorker };

function startWorker() {
  try {
    // Written as bundlers know it: they look for exactly this.
    return new Worker(new URL("./worker.js", import.meta.url), { type: "module" });
  } catch (cause) {
    throw new ClassifierError(
      "crash",
      `The classifier could not be started (${describe(cause)}); where a page's scripts lie on another origin, workerUrl and runtimeUrl must name copies on its own.`,
      cause,
    );
  }
}

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
