import { SILENCE, stalled, whileAlive } from "./deadline.js";
import { ClassifierError } from "./errors.js";

/** @typedef {import("./protocol.js").LoadCall} LoadCall */
/** @typedef {import("./protocol.js").Call} Call */
/** @typedef {import("./protocol.js").Reply} Reply */

/** How a start ends that may succeed without threads: the runtime gives up, or a thread takes the worker with it. */
const MAY_BE_THREADS = ["runtime", "crash"];

/**
 * Milliseconds for the runtime to start its threads, and again to open the model. In Firefox a cold start was seen to
 * stand still, timers and all, before the first thread (one of ninety): only the page can tell.
 */
const THREADS_WITHIN = 10_000;

/** The page's side of a worker: calls in, promises out. */
export class WorkerClient {
  /** @type {import("./protocol.js").WorkerLike | null} */
  #worker = null;
  #fresh = false;
  /** @type {Map<number, import("./protocol.js").Pending>} */
  #pending = new Map();
  #lastId = 0;
  #start;
  #program;

  /**
   * @param {() => import("./protocol.js").WorkerLike} start
   * @param {string} program what the person can look for on the server when it does not arrive
   */
  constructor(start, program) {
    this.#start = start;
    this.#program = program;
  }

  /** @returns {boolean} whether there is a worker to call */
  get alive() {
    return this.#worker !== null;
  }

  /**
   * Starts the worker before it is known what it will load, so that its program and the runtime's are on their way.
   *
   * @param {Omit<Extract<import("./protocol.js").Note, { method: "prepare" }>, "method">} where
   */
  prepare(where) {
    this.#open().postMessage({ method: "prepare", ...where, id: 0 });
    this.#fresh = true;
  }

  /**
   * With one thread where several fail: they are a gain in speed, and no reason to show an error.
   *
   * @param {LoadCall} call
   * @param {import("./protocol.js").LoadOptions} [options]
   * @returns {Promise<import("./engine.js").EngineReport>}
   */
  async load(call, options = {}) {
    try {
      return await this.#load(call, options);
    } catch (error) {
      if (call.threads === 1 || !(error instanceof ClassifierError && MAY_BE_THREADS.includes(error.code))) throw error;
      return this.#load({ ...call, threads: 1 }, options);
    }
  }

  /**
   * Each load starts a fresh worker: the runtime remembers a failed start for as long as its worker lives, so a retry
   * in the same one could never succeed.
   *
   * @param {LoadCall} call
   * @param {import("./protocol.js").LoadOptions} options
   * @returns {Promise<import("./engine.js").EngineReport>}
   */
  async #load(call, { onProgress = () => {}, signal, silence = SILENCE }) {
    signal?.throwIfAborted();
    const worker = (this.#fresh && this.#worker) || this.#open();
    this.#fresh = false;
    const cancel = () => this.#worker === worker && this.#fail(signal?.reason);
    signal?.addEventListener("abort", cancel);
    const giveUp = () => this.#worker === worker && this.#fail(new ClassifierError("runtime", "No thread has started."));
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    let late;
    // Only the worker can tell a slow line from a dead one, but not before its own program has arrived.
    const start = (/** @type {import("./deadline.js").Watch} */ { rest }) =>
      this.#send(worker, call, ({ progress, stage }) => {
        rest();
        if (progress) onProgress(progress);
        if (stage === undefined || call.threads === 1) return;
        clearTimeout(late);
        if (stage !== "waiting") late = setTimeout(giveUp, THREADS_WITHIN);
      });
    try {
      return await whileAlive(start, silence, () => stalled(this.#program, silence));
    } catch (error) {
      if (this.#worker === worker) this.close();
      throw error;
    } finally {
      clearTimeout(late);
      signal?.removeEventListener("abort", cancel);
    }
  }

  /**
   * @param {Call} call
   * @param {import("./protocol.js").CallOptions} [options]
   * @returns {Promise<any>} fails at once when the signal is given; the worker ends the text that it is at
   */
  async call(call, { signal, within } = {}) {
    signal?.throwIfAborted();
    const worker = this.#worker;
    if (worker === null) throw new ClassifierError("not-loaded", "The model is not loaded.");
    const id = this.#lastId + 1;
    const cancel = () => this.#drop(id, signal?.reason);
    signal?.addEventListener("abort", cancel);
    const giveUp = () => this.#worker === worker && this.#crash("it says nothing any more");
    const late = within === undefined ? undefined : setTimeout(giveUp, within);
    try {
      return await this.#send(worker, call);
    } finally {
      clearTimeout(late);
      signal?.removeEventListener("abort", cancel);
    }
  }

  /**
   * Ends the worker and every call that still waits for it.
   *
   * @param {unknown} [reason]
   */
  close(reason = new ClassifierError("closed", "The classifier was closed before it could answer.")) {
    this.#fail(reason);
  }

  /** @returns {import("./protocol.js").WorkerLike} */
  #open() {
    this.close();
    const worker = this.#start();
    this.#worker = worker;
    // Each thread reports its own failure; those that come late must not end the worker that has taken over.
    const crash = (/** @type {string} */ reason) => this.#worker === worker && this.#crash(reason);
    worker.onmessage = (event) => this.#settle(event.data);
    worker.onmessageerror = () => crash("a message could not be read");
    worker.onerror = (event) => {
      event.preventDefault?.();
      crash(event.message || "its program could not be loaded");
    };
    return worker;
  }

  /**
   * @param {import("./protocol.js").WorkerLike} worker
   * @param {LoadCall | Call} call
   * @param {(reply: Reply) => void} [onNews]
   * @returns {Promise<any>}
   */
  #send(worker, call, onNews = () => {}) {
    return new Promise((resolve, reject) => {
      const id = ++this.#lastId;
      this.#pending.set(id, { resolve, reject, onNews });
      worker.postMessage({ ...call, id });
    });
  }

  /**
   * @param {number} id
   * @param {unknown} reason
   */
  #drop(id, reason) {
    const pending = this.#pending.get(id);
    if (!pending) return;
    this.#pending.delete(id);
    this.#worker?.postMessage({ method: "drop", of: id, id: 0 });
    pending.reject(reason);
  }

  /** @param {Reply} reply */
  #settle(reply) {
    const pending = this.#pending.get(reply.id);
    if (!pending) return;
    if (reply.progress || reply.stage) return pending.onNews(reply);
    this.#pending.delete(reply.id);
    if (reply.error) pending.reject(new ClassifierError(reply.error.code, reply.error.message));
    else pending.resolve(reply.result);
  }

  #crash(/** @type {string} */ reason) {
    this.#fail(new ClassifierError("crash", `The classifier stopped (${reason}). Try again to start it anew.`));
  }

  /** @param {unknown} error */
  #fail(error) {
    this.#worker?.terminate();
    this.#worker = null;
    this.#fresh = false;
    for (const pending of this.#pending.values()) pending.reject(error);
    this.#pending.clear();
  }
}
