import { ClassifierError } from "./errors.js";
import { Explainer } from "./explain.js";
import { inOrder } from "./many.js";
import { WorkerPool } from "./pool.js";
import { verifyGolden } from "./verify.js";

/**
 * @typedef {import("./client.js").WorkerClient} WorkerClient
 * @typedef {import("./types.js").Row} Row
 *
 * @typedef {object} SeveralParts
 * @property {WorkerClient} client the first worker, which serves classify()
 * @property {() => Promise<WorkerClient>} startPooled
 * @property {number} workers at most
 * @property {string[]} labels
 */

/** How many texts for each worker are under way: one at work, the others so that none waits for the page. */
const AHEAD = 4;

/** What is shared by several workers. Loaded when it is first asked for: a page that only classifies does without. */
export class Several {
  #client;
  #labels;
  #pool;
  #explainer;

  /** @param {SeveralParts} parts */
  constructor({ client, startPooled, workers, labels }) {
    const pool = new WorkerPool(startPooled, workers);
    this.#client = client;
    this.#labels = labels;
    this.#pool = pool;
    this.#explainer = new Explainer({
      classify: (text, signal) => pool.run({ method: "classify", text }, signal),
      measure: (text, signal) => client.call({ method: "measure", text }, { signal }),
    });
  }

  /**
   * @param {Iterable<unknown> | AsyncIterable<unknown>} texts
   * @param {(text: unknown) => import("./protocol.js").ClassifyCall} callOf refuses what is no text
   * @param {import("./types.js").ManyOptions} options
   * @returns {AsyncGenerator<Row, void, void>}
   */
  async *classify(texts, callOf, { signal, workers, onProgress }) {
    if (workers !== undefined) this.#pool.resize(workers);
    /** @type {(text: unknown, index: number, stop: AbortSignal) => Promise<Row>} */
    const run = async (text, index, stop) => {
      try {
        return { ...(await this.#pool.run(callOf(text), stop)), index, text };
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
   * @param {string} text
   * @param {{ label?: string, signal?: AbortSignal }} options
   */
  explain(text, options) {
    return this.#explainer.explain(text, options);
  }

  /** @param {import("./types.js").VerifyOptions} options */
  async verify({ onProgress, signal }) {
    const golden = await this.#client.call({ method: "golden" }, signal ? { signal } : {});
    return verifyGolden(golden, (text, stop) => this.#pool.run({ method: "examine", text }, stop), {
      labels: this.#labels,
      ahead: this.#ahead(),
      ...(onProgress && { onProgress }),
      ...(signal && { signal }),
    });
  }

  /** @param {unknown} reason */
  close(reason) {
    this.#pool.close(reason);
  }

  #ahead() {
    return AHEAD * this.#pool.size;
  }
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
