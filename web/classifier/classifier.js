import { ClassifierError } from "./errors.js";
import { Explainer } from "./explain.js";
import { inOrder } from "./many.js";
import { verifyGolden } from "./verify.js";

/**
 * @typedef {import("./engine.js").Prediction} Prediction
 * @typedef {import("./bundle.js").Bundle} Bundle
 *
 * @typedef {object} Report how long it took until the first text could be classified
 * @property {number} milliseconds from the call to the first answer
 * @property {number} threads that classify() runs on
 * @property {string[]} stored files that came out of the browser's store
 * @property {import("./clock.js").Steps & { bundle: number, engine: number }} steps milliseconds of each step; they run
 *   side by side. bundle: bundle.json read and checked. engine: all of the worker's own steps together
 *
 * @typedef {object} ClassifyOptions
 * @property {number} [top] scores at most; all where it is left out
 * @property {AbortSignal} [signal]
 *
 * @typedef {object} ManyOptions
 * @property {number} [top]
 * @property {AbortSignal} [signal]
 * @property {number} [workers] at most, from now on
 * @property {(progress: { done: number }) => void} [onProgress]
 *
 * @typedef {Prediction & { index: number, text: string }} Row
 *
 * @typedef {object} Parts
 * @property {Bundle} bundle
 * @property {Report} report
 * @property {import("./client.js").WorkerClient} client
 * @property {import("./pool.js").WorkerPool} pool
 */

/** How many texts for each worker are under way: one at work, the others so that none waits for the page. */
const AHEAD = 4;
// Browsers without it let nobody write `using`, and lack the symbol.
const DISPOSE = /** @type {typeof Symbol.dispose} */ (Symbol.dispose ?? Symbol.for("Symbol.dispose"));

/** A model that is loaded. To be had from loadClassifier. */
export class Classifier {
  #client;
  #pool;
  #explainer;

  /** @param {Parts} parts */
  constructor({ bundle, report, client, pool }) {
    this.#client = client;
    this.#pool = pool;
    this.bundle = bundle;
    this.report = report;
    this.#explainer = new Explainer({
      classify: (text, signal) => pool.run({ method: "classify", text }, signal),
      measure: (text, signal) => client.call({ method: "measure", text }, { signal }),
    });
  }

  /** @returns {string[]} */
  get labels() {
    return this.bundle.labels;
  }

  /** @returns {import("./bundle.js").Card} */
  get card() {
    return this.bundle.card;
  }

  /**
   * @param {string} text
   * @param {ClassifyOptions} [options]
   * @returns {Promise<Prediction>}
   */
  async classify(text, { top, signal } = {}) {
    return this.#client.call(classifyCall(text, top), signal ? { signal } : {});
  }

  /**
   * Many texts, shared by several workers, in their order. A source may be endless: it is read no further than a few
   * texts ahead.
   *
   * @param {Iterable<string> | AsyncIterable<string>} texts
   * @param {ManyOptions} [options]
   * @returns {AsyncGenerator<Row, void, void>}
   */
  async *classifyMany(texts, { top, signal, workers, onProgress } = {}) {
    assertIterable(texts);
    if (workers !== undefined) this.#pool.resize(assertCount("workers", workers));
    /** @type {(text: string, index: number, stop: AbortSignal) => Promise<Row>} */
    const run = async (text, index, stop) => {
      try {
        return { ...(await this.#pool.run(classifyCall(text, top), stop)), index, text };
      } catch (error) {
        throw named(error, index);
      }
    };
    let done = 0;
    for await (const row of inOrder(texts, run, { ahead: this.#ahead(), ...(signal && { signal }) })) {
      onProgress?.({ done: ++done });
      yield row;
    }
  }

  /**
   * What each word does: how much more probable the label is with the word than without it.
   *
   * @param {string} text
   * @param {{ label?: string, signal?: AbortSignal }} [options]
   * @returns {Promise<import("./explain.js").Explanation>}
   */
  async explain(text, options = {}) {
    return this.#explainer.explain(assertText(text), options);
  }

  /**
   * Compares with what Python answered to the golden texts of the bundle.
   *
   * @param {{ onProgress?: (progress: { done: number, total: number }) => void, signal?: AbortSignal }} [options]
   * @returns {Promise<import("./verify.js").Verification>}
   */
  async verify({ onProgress, signal } = {}) {
    const golden = await this.#client.call({ method: "golden" }, signal ? { signal } : {});
    return verifyGolden(golden, (text, stop) => this.#pool.run({ method: "examine", text }, stop), {
      labels: this.labels,
      ahead: this.#ahead(),
      ...(onProgress && { onProgress }),
      ...(signal && { signal }),
    });
  }

  /** Ends all workers, and every call that still waits for one. */
  dispose() {
    const reason = new ClassifierError("closed", "The classifier was closed before it could answer.");
    this.#pool.close(reason);
    this.#client.close(reason);
  }

  [DISPOSE]() {
    this.dispose();
  }

  #ahead() {
    return AHEAD * this.#pool.size;
  }
}

/**
 * @param {unknown} text
 * @param {number | undefined} top
 * @returns {import("./protocol.js").ClassifyCall}
 */
function classifyCall(text, top) {
  const call = { method: /** @type {const} */ ("classify"), text: assertText(text) };
  return top === undefined ? call : { ...call, top: assertCount("top", top) };
}

/**
 * @param {unknown} text
 * @returns {string}
 */
function assertText(text) {
  if (typeof text === "string") return text;
  const kind = text === null ? "null" : typeof text;
  throw new ClassifierError("bad-argument", `A text must be a string, and this is ${kind}; String(…) makes one of it.`);
}

/**
 * @param {string} name
 * @param {unknown} value
 * @returns {number}
 */
export function assertCount(name, value) {
  if (Number.isInteger(value) && Number(value) > 0) return Number(value);
  throw new ClassifierError("bad-argument", `The option ${name} must be a whole number above zero, not ${String(value)}.`);
}

/** @param {any} texts */
function assertIterable(texts) {
  if (typeof texts !== "string" && (texts?.[Symbol.iterator] || texts?.[Symbol.asyncIterator])) return;
  throw new ClassifierError("bad-argument", "classifyMany takes a list, or another iterable or async iterable, of texts.");
}

/**
 * @param {unknown} error
 * @param {number} index
 * @returns {unknown} the same, where it is the classifier's own, with the row that it came from
 */
function named(error, index) {
  if (!(error instanceof ClassifierError) || error.code === "closed") return error;
  return new ClassifierError(error.code, `Row ${index} (counted from 0): ${error.message}`, error);
}
