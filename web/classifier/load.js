import { fetchBundle } from "./bundle.js";
import { Classifier, assertCount } from "./classifier.js";
import { WorkerClient } from "./client.js";
import { ClassifierError } from "./errors.js";
import { startInheritingWorker, startModuleWorker } from "./module-worker.js";
import { countThreads, countWorkers } from "./threads.js";

/**
 * @typedef {import("./protocol.js").LoadCall} LoadCall
 * @typedef {import("./protocol.js").WorkerLike} WorkerLike
 *
 * @typedef {import("./types.js").LoadOptions} LoadOptions
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
  const { cache = true, trustStored = false, allowOrigins = [], onProgress, onBundle, signal } = options;
  signal?.throwIfAborted();
  const url = absolute(bundleUrl, "bundleUrl");
  const folder = options.runtimeUrl === undefined ? home.runtimeUrl : folderOf(absolute(options.runtimeUrl, "runtimeUrl"));
  const threads = assertCount("threads", options.threads ?? countThreads(globalThis));
  const workers = assertCount("workers", options.workers ?? countWorkers(globalThis));
  const started = performance.now();
  const newClient = () => new WorkerClient(...starterOf(options, home));
  const client = newClient();
  try {
    client.prepare({ runtimeUrl: folder, trustStored });
    const bundle = await fetchBundle(url, { allowOrigins, ...(signal && { signal }) });
    const bundled = performance.now();
    onBundle?.(bundle);
    /** @type {LoadCall} */
    const call = { method: "load", bundle, bundleUrl: url.href, runtimeUrl: folder, threads, cache, trustStored, allowOrigins };
    const report = await client.load(call, { ...(onProgress && { onProgress }), ...(signal && { signal }) });
    const ready = performance.now();
    const steps = { ...report.steps, bundle: bundled - started, engine: report.milliseconds };
    const startPooled = pooled(client, newClient, { ...call, threads: 1 });
    return new Classifier({ bundle, client, startPooled, workers, report: { ...report, milliseconds: ready - started, steps } });
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
