import { SILENCE, stalled, whileAlive } from "./deadline.js";
import { ClassifierError } from "./errors.js";
import { startModuleWorker } from "./module-worker.js";
import { countThreads } from "./threads.js";

/**
 * @typedef {import("../bundle.js").Bundle} Bundle
 * @typedef {import("./progress.js").Progress} Progress
 * @typedef {import("./classifier.js").LoadReport} LoadReport
 * @typedef {import("./classifier.js").Prediction} Prediction
 *
 * @typedef {{ method: "load", bundle: Bundle, baseUrl: string, threads: number }} LoadCall
 * @typedef {LoadCall | { method: "classify", text: string }} Call
 * @typedef {Call & { id: number }} Request
 * @typedef {{ id: number, result?: any, error?: import("./errors.js").ErrorRecord, progress?: Progress }} Reply
 *
 * @typedef {object} LoadOptions
 * @property {string | URL} [baseUrl] the folder of the bundle
 * @property {number} [threads]
 * @property {(progress: Progress) => void} [onProgress]
 * @property {AbortSignal} [signal] ends the worker with all that it downloads; load then rejects with its reason
 * @property {number} [silence] milliseconds for the worker's program to arrive
 *
 * @typedef {object} WorkerLike what the client needs of a worker
 * @property {(message: Request) => void} postMessage
 * @property {() => void} terminate
 * @property {((event: any) => void) | null} onmessage
 * @property {((event: any) => void) | null} onmessageerror
 * @property {((event: any) => void) | null} onerror
 *
 * @typedef {object} Pending
 * @property {(result: any) => void} resolve
 * @property {(error: Error) => void} reject
 * @property {(progress: Progress) => void} onProgress
 */

const MODEL = new URL("../../model/", import.meta.url);
const WORKER_URL = new URL("./worker.js", import.meta.url);
/** How a start ends that may succeed without threads: the runtime gives up, or a thread takes the worker with it. */
const MAY_BE_THREADS = ["runtime", "crash"];

/**
 * Milliseconds from the last byte to the first answer. In Firefox a cold start was seen to stand still, timers and all,
 * before the first thread (one of ninety): only the page can tell.
 */
const THREADS_WITHIN = 10_000;

/** The page's side of the worker: calls in, promises out. */
export class ClassifierClient {
  /** @type {WorkerLike | null} */
  #worker = null;
  /** @type {Map<number, Pending>} */
  #pending = new Map();
  #lastId = 0;
  #workerUrl;
  #startWorker;

  /**
   * @param {string | URL} [workerUrl]
   * @param {(url: string | URL) => WorkerLike} [startWorker]
   */
  constructor(workerUrl = WORKER_URL, startWorker = startModuleWorker) {
    this.#workerUrl = workerUrl;
    this.#startWorker = startWorker;
  }

  /**
   * With one thread where several fail: they are a gain in speed, and no reason to show an error.
   *
   * @param {Bundle} bundle
   * @param {LoadOptions} [options]
   * @returns {Promise<LoadReport>}
   */
  async load(bundle, { baseUrl = MODEL, threads = countThreads(globalThis), ...options } = {}) {
    const call = { method: /** @type {const} */ ("load"), bundle, baseUrl: new URL(baseUrl, MODEL).href };
    try {
      return await this.#load({ ...call, threads }, options);
    } catch (error) {
      if (threads === 1 || !(error instanceof ClassifierError && MAY_BE_THREADS.includes(error.code))) throw error;
      return this.#load({ ...call, threads: 1 }, options);
    }
  }

  /**
   * Each load starts a fresh worker: the runtime remembers a failed start for as long as its worker lives, so a retry
   * in the same one could never succeed.
   *
   * @param {LoadCall} call
   * @param {LoadOptions} options
   * @returns {Promise<LoadReport>}
   */
  async #load(call, { onProgress = () => {}, signal, silence = SILENCE }) {
    signal?.throwIfAborted();
    this.close();
    const worker = this.#startWorker(this.#workerUrl);
    this.#listen(worker);
    const cancel = () => this.#worker === worker && this.#fail(signal?.reason);
    signal?.addEventListener("abort", cancel);
    const giveUp = () => this.#worker === worker && this.#fail(new ClassifierError("runtime", "No thread has started."));
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    let late;
    // Only the worker can tell a slow line from a dead one, but not before its own program has arrived.
    const start = (/** @type {import("./deadline.js").Watch} */ { rest }) =>
      this.#call(worker, call, (progress) => {
        rest();
        if (progress.phase === "start" && call.threads > 1) late ??= setTimeout(giveUp, THREADS_WITHIN);
        onProgress(progress);
      });
    try {
      return await whileAlive(start, silence, () => stalled(String(this.#workerUrl), silence));
    } catch (error) {
      if (this.#worker === worker) this.close();
      throw error;
    } finally {
      clearTimeout(late);
      signal?.removeEventListener("abort", cancel);
    }
  }

  /**
   * @param {string} text
   * @returns {Promise<Prediction>}
   */
  async classify(text) {
    if (this.#worker === null) throw new ClassifierError("not-loaded", "The model is not loaded.");
    return this.#call(this.#worker, { method: "classify", text: String(text) });
  }

  /** Ends the worker and every call that still waits for it. */
  close() {
    this.#fail(new ClassifierError("closed", "The classifier was closed before it could answer."));
  }

  /** @param {WorkerLike} worker */
  #listen(worker) {
    this.#worker = worker;
    // Each thread reports its own failure; those that come late must not end the worker that has taken over.
    const crash = (/** @type {string} */ reason) => {
      if (this.#worker === worker) this.#crash(reason);
    };
    worker.onmessage = (event) => this.#settle(event.data);
    worker.onmessageerror = () => crash("a message could not be read");
    worker.onerror = (event) => {
      event.preventDefault?.();
      crash(event.message || "its program could not be loaded");
    };
  }

  /**
   * @param {WorkerLike} worker
   * @param {Call} call
   * @param {(progress: Progress) => void} [onProgress]
   * @returns {Promise<any>}
   */
  #call(worker, call, onProgress = () => {}) {
    return new Promise((resolve, reject) => {
      const id = ++this.#lastId;
      this.#pending.set(id, { resolve, reject, onProgress });
      worker.postMessage({ ...call, id });
    });
  }

  /** @param {Reply} reply */
  #settle({ id, result, error, progress }) {
    const pending = this.#pending.get(id);
    if (!pending) return;
    if (progress) return pending.onProgress(progress);
    this.#pending.delete(id);
    if (error) pending.reject(new ClassifierError(error.code, error.message));
    else pending.resolve(result);
  }

  /** @param {string} reason */
  #crash(reason) {
    this.#fail(new ClassifierError("crash", `The classifier stopped (${reason}). Try again to start it anew.`));
  }

  /** @param {Error} error */
  #fail(error) {
    this.#worker?.terminate();
    this.#worker = null;
    for (const pending of this.#pending.values()) pending.reject(error);
    this.#pending.clear();
  }
}
