import { fetchBundle } from "./bundle.js";
import { Classifier, assertCount } from "./classifier.js";
import { WorkerClient } from "./client.js";
import { ClassifierError } from "./errors.js";
import { startInheritingWorker, startModuleWorker } from "./module-worker.js";
import { WorkerPool } from "./pool.js";
import { countThreads, countWorkers } from "./threads.js";

/**
 * @typedef {import("./protocol.js").LoadCall} LoadCall
 * @typedef {import("./protocol.js").WorkerLike} WorkerLike
 *
 * @typedef {object} LoadOptions
 * @property {string | URL} [runtimeUrl] folder of onnxruntime-web/ and tokenizers/
 * @property {string | URL} [workerUrl] the worker's program, where it is not beside the library
 * @property {(url: URL | null) => WorkerLike} [createWorker] starts a worker in place of the library; it is given the
 *   address of the worker's program, or null where a bundler knows it
 * @property {number} [threads] of the worker that serves classify(); by itself as many as the page may have, 4 at most
 * @property {number} [workers] that share many texts, at most; by itself as many as there are cores, 4 at most
 * @property {boolean} [cache] whether files are kept in Cache Storage; true where it is left out
 * @property {readonly string[]} [allowOrigins] other origins that the bundle may name files of
 * @property {(progress: import("./progress.js").Progress) => void} [onProgress]
 * @property {(bundle: import("./bundle.js").Bundle) => void} [onBundle] hears of the bundle before its files are there
 * @property {AbortSignal} [signal]
 *
 * @typedef {object} Home where an entry of the library has its worker and its runtime
 * @property {URL | null} workerUrl
 * @property {string | null} runtimeUrl
 * @property {() => WorkerLike} [startWorker] where the address is none that could be given
 */

/**
 * @param {string | URL} bundleUrl
 * @param {LoadOptions} options
 * @param {Home} home
 * @returns {Promise<Classifier>}
 */
export async function load(bundleUrl, options, home) {
  const { cache = true, allowOrigins = [], onProgress, onBundle, signal } = options;
  signal?.throwIfAborted();
  const url = absolute(bundleUrl, "bundleUrl");
  const folder = options.runtimeUrl === undefined ? home.runtimeUrl : folderOf(absolute(options.runtimeUrl, "runtimeUrl"));
  const threads = assertCount("threads", options.threads ?? countThreads(globalThis));
  const workers = assertCount("workers", options.workers ?? countWorkers(globalThis));
  const started = performance.now();
  const newClient = () => new WorkerClient(...starterOf(options, home));
  const client = newClient();
  try {
    client.prepare(folder);
    const bundle = await fetchBundle(url, { allowOrigins, ...(signal && { signal }) });
    const bundled = performance.now();
    onBundle?.(bundle);
    /** @type {LoadCall} */
    const call = { method: "load", bundle, bundleUrl: url.href, runtimeUrl: folder, threads, cache, allowOrigins };
    const report = await client.load(call, { ...(onProgress && { onProgress }), ...(signal && { signal }) });
    const ready = performance.now();
    const steps = { ...report.steps, bundle: bundled - started, engine: report.milliseconds };
    const pool = new WorkerPool(pooled(client, newClient, { ...call, threads: 1 }), workers);
    return new Classifier({ bundle, client, pool, report: { ...report, milliseconds: ready - started, steps } });
  } catch (error) {
    client.close();
    throw error;
  }
}

/**
 * Workers for a pool, which get what the first one has verified.
 *
 * @param {WorkerClient} first
 * @param {() => WorkerClient} newClient
 * @param {LoadCall} call
 * @returns {() => Promise<WorkerClient>}
 */
function pooled(first, newClient, call) {
  /** @type {Promise<import("./sources.js").Handed> | null} */
  let handed = null;
  return async () => {
    handed ??= first.call({ method: "files" });
    // Where the first one is gone, or cannot read its files again, each may still find them by itself.
    const files = await handed.catch(() => (handed = null));
    const client = newClient();
    await client.load({ ...call, ...(files && { files }) });
    return client;
  };
}

/**
 * @param {LoadOptions} options
 * @param {Home} home
 * @returns {[start: () => WorkerLike, program: string]}
 */
function starterOf({ workerUrl, createWorker }, home) {
  const url = workerUrl === undefined ? home.workerUrl : absolute(workerUrl, "workerUrl");
  const program = url?.href ?? "the classifier's worker";
  if (createWorker) return [() => createWorker(url), program];
  if (url === null) return [/** @type {() => WorkerLike} */ (home.startWorker), program];
  // Browsers start no worker from another origin, but let one of this origin import its program from there.
  const isForeign = globalThis.origin !== undefined && url.origin !== globalThis.origin;
  return [() => (isForeign ? startInheritingWorker(url) : startModuleWorker(url)), program];
}

/**
 * @param {string | URL} url
 * @param {string} name
 * @returns {URL}
 */
function absolute(url, name) {
  try {
    return new URL(url, globalThis.document?.baseURI ?? globalThis.location?.href);
  } catch (cause) {
    throw new ClassifierError("bad-argument", `${name} is not an address: ${JSON.stringify(String(url))}.`, cause);
  }
}

/** @param {URL} url */
function folderOf(url) {
  return url.pathname.endsWith("/") ? url.href : new URL(`${url.pathname}/`, url).href;
}
