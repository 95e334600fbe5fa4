/** Where the runtime's own default stops as well: a short text is little work to share. */
const MOST = 4;

/**
 * @typedef {object} Environment what the number of threads depends on; a worker's navigator has no maxTouchPoints
 * @property {boolean} [crossOriginIsolated]
 * @property {unknown} [SharedArrayBuffer] which an isolated page need not have (WebKitGTK)
 * @property {{ userAgent: string, hardwareConcurrency?: number, maxTouchPoints?: number }} navigator
 */

/**
 * How many threads the model may run on. To be asked on the page: the answer depends on the touch screen, which is all
 * that tells an iPad from a Mac, and which workers know nothing of.
 *
 * @param {Environment} environment
 * @returns {number}
 */
export function countThreads({ crossOriginIsolated, SharedArrayBuffer, navigator }) {
  // Without isolation there is no shared memory, and a runtime that is told to start threads fails silently.
  if (!crossOriginIsolated || !SharedArrayBuffer || isMobileWebKit(navigator)) return 1;
  return Math.max(1, Math.min(navigator.hardwareConcurrency ?? 1, MOST));
}

/**
 * There a start with threads may run out of memory (onnxruntime #11679), in every browser: on iOS all are WebKit.
 *
 * @param {Environment["navigator"]} navigator
 */
function isMobileWebKit({ userAgent, maxTouchPoints = 0 }) {
  // An iPad calls itself a Macintosh, but no Macintosh has a touch screen.
  return /\b(?:iPhone|iPad|iPod)\b/.test(userAgent) || (/\bMacintosh\b/.test(userAgent) && maxTouchPoints > 1);
}

/**
 * How many workers with one thread each share many texts, where the caller does not say.
 *
 * @param {Pick<Environment, "navigator">} environment
 * @returns {number}
 */
export function countWorkers({ navigator }) {
  // Each holds the model: on iOS memory ends early (onnxruntime #22086).
  if (isMobileWebKit(navigator)) return 1;
  return Math.max(1, Math.min(navigator.hardwareConcurrency ?? 1, MOST));
}
