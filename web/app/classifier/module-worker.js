import { ClassifierError, describe } from "./errors.js";

/**
 * @param {string | URL} url
 * @returns {Worker}
 */
export function startModuleWorker(url) {
  let moduleWorkers = false;
  // A browser without module workers never reads `type`; it would start a classic worker, which fails on `import`.
  const options = {
    /** @returns {"module"} */
    get type() {
      moduleWorkers = true;
      return "module";
    },
  };
  try {
    const worker = new Worker(url, options);
    if (moduleWorkers) return worker;
    worker.terminate();
  } catch (cause) {
    throw new ClassifierError("crash", `The classifier could not be started: ${describe(cause)}`, cause);
  }
  throw new ClassifierError(
    "no-module-worker",
    "This browser cannot run module workers, which the classifier needs. Please use a current browser.",
  );
}
