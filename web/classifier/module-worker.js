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

/**
 * A worker under the policy of the page that starts it. One that is started from its file goes by the headers of that
 * file alone, and a policy in the markup of a page never reaches it; a blob has no headers, so the page's policy holds,
 * which must allow `worker-src blob:`. What 'self' means in it stays what it means for the page.
 *
 * @param {string | URL} url absolute
 * @returns {Worker}
 */
export function startInheritingWorker(url) {
  const program = new Blob([`import ${JSON.stringify(String(url))};`], { type: "text/javascript" });
  // Never revoked: browsers differ in when they have read it, and it is one line.
  return startModuleWorker(URL.createObjectURL(program));
}
