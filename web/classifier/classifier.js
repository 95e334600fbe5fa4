import { ClassifierError, describe } from "./errors.js";

/**
 * @typedef {import("./several.js").Several} Several
 *
 * @typedef {object} Parts
 * @property {import("./bundle-types.js").Bundle} bundle
 * @property {import("./types.js").Report} report
 * @property {import("./client.js").WorkerClient} client
 * @property {() => Promise<import("./client.js").WorkerClient>} startPooled
 * @property {number} workers
 */

// Browsers without it let nobody write `using`, and lack the symbol.
const DISPOSE = /** @type {typeof Symbol.dispose} */ (Symbol.dispose ?? Symbol.for("Symbol.dispose"));

/** A model that is loaded. To be had from loadClassifier. */
export class Classifier {
  #client;
  #parts;
  /** @type {Promise<Several> | null} */
  #several = null;
  /** @type {ClassifierError | null} */
  #closed = null;

  /** @param {Parts} parts */
  constructor({ bundle, report, ...parts }) {
    this.#client = parts.client;
    this.#parts = { ...parts, labels: bundle.labels };
    this.bundle = bundle;
    this.report = report;
  }

  /** @returns {string[]} */
  get labels() {
    return this.bundle.labels;
  }

  /** @returns {import("./bundle-types.js").Card} */
  get card() {
    return this.bundle.card;
  }

  /**
   * @param {string} text
   * @param {import("./types.js").ClassifyOptions} [options]
   * @returns {Promise<import("./types.js").Prediction>}
   */
  async classify(text, { top, signal } = {}) {
    return this.#client.call(classifyCall(text, top), signal ? { signal } : {});
  }

  /**
   * Many texts, shared by several workers, in their order. A source may be endless: it is read no further than a few
   * texts ahead.
   *
   * @param {Iterable<string> | AsyncIterable<string>} texts
   * @param {import("./types.js").ManyOptions} [options]
   * @returns {AsyncGenerator<import("./types.js").Row, void, void>}
   */
  async *classifyMany(texts, options = {}) {
    assertIterable(texts);
    if (options.workers !== undefined) assertCount("workers", options.workers);
    const several = await this.#open(options.signal);
    yield* several.classify(texts, (text) => classifyCall(text, options.top), options);
  }

  /**
   * What each word does: how much more probable the label is with the word than without it.
   *
   * @param {string} text
   * @param {{ label?: string, signal?: AbortSignal }} [options]
   * @returns {Promise<import("./explain.js").Explanation>}
   */
  async explain(text, options = {}) {
    assertText(text);
    return (await this.#open(options.signal)).explain(text, options);
  }

  /**
   * Compares with what Python answered to the golden texts of the bundle.
   *
   * @param {import("./types.js").VerifyOptions} [options]
   * @returns {Promise<import("./verify.js").Verification>}
   */
  async verify(options = {}) {
    return (await this.#open(options.signal)).verify(options);
  }

  /** Ends all workers, and every call that still waits for one. */
  dispose() {
    const reason = new ClassifierError("closed", "The classifier was closed before it could answer.");
    this.#closed ??= reason;
    this.#client.close(reason);
    this.#several?.then((several) => several.close(reason), () => {});
  }

  [DISPOSE]() {
    this.dispose();
  }

  /**
   * @param {AbortSignal | undefined} signal
   * @returns {Promise<Several>}
   */
  async #open(signal) {
    signal?.throwIfAborted();
    this.#several ??= importSeveral(this.#parts);
    const several = await this.#several.catch((error) => {
      this.#several = null; // the next call tries again
      throw error;
    });
    signal?.throwIfAborted();
    if (this.#closed) throw this.#closed;
    return several;
  }
}

/**
 * @param {import("./several.js").SeveralParts} parts
 * @returns {Promise<Several>}
 */
async function importSeveral(parts) {
  try {
    const { Several } = await import("./several.js");
    return new Several(parts);
  } catch (cause) {
    throw new ClassifierError(
      "program-missing",
      `A part of the classifier's program could not be loaded (${describe(cause)}). Check the connection and try again.`,
      cause,
    );
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
