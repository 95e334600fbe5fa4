import { BatchError, isAbort } from "./errors.js";
import { CLASSIFIER_FAILED, NONE } from "./rows.js";

/**
 * @typedef {import("../../classifier/plain.js").Classifier} Classifier
 * @typedef {import("./protocol.js").Texts} Texts
 * @typedef {{ problem: number, label: number, probability: number, unsure: boolean, truth: number }} Answered
 * @typedef {{ problem: number, truth: number }} Expected
 *
 * @typedef {object} Hooks
 * @property {(from: number) => Promise<Texts>} texts the rest of the chunk in which a row lies
 * @property {(answered: Answered) => Promise<void> | void} take hears of every row, in order
 * @property {() => Promise<void>} wait for as long as there is a pause
 */

/** A text that the classifier fails on costs its row alone; as many in a row as this mean that nothing works. */
const IN_A_ROW = 3;
const OF_THE_TEXT = new Set(["crash", "runtime", "bad-output"]);

/** Takes rows through the classifier, in their order, each once. */
export class Runner {
  #classifier;
  #hooks;
  #places;
  /** @type {Expected[]} rows that were handed out, or need no answer */
  #expected = [];
  #failures = 0;
  /** The next row that nothing is known of. */
  next;

  /**
   * @param {Classifier} classifier
   * @param {number} next the first row without an answer
   * @param {Hooks} hooks
   */
  constructor(classifier, next, hooks) {
    this.#classifier = classifier;
    this.#hooks = hooks;
    this.#places = new Map(classifier.labels.map((label, place) => [label, place]));
    this.next = next;
  }

  /**
   * @param {number} total
   * @param {AbortSignal} signal
   * @returns {Promise<void>} rejects with the signal's reason, or with a BatchError
   */
  async run(total, signal) {
    while (this.next < total) {
      this.#expected = [];
      try {
        for await (const answer of this.#classifier.classifyMany(this.#texts(total), { top: 1, signal })) {
          this.#failures = 0;
          await this.#settle({ problem: 0, label: this.#places.get(answer.label) ?? NONE, probability: answer.probability, unsure: answer.unsure });
        }
        await this.#passFailed();
      } catch (error) {
        signal.throwIfAborted();
        await this.#skipOrThrow(error);
      }
    }
  }

  /**
   * @param {number} total
   * @returns {AsyncGenerator<string, void, void>}
   */
  async *#texts(total) {
    let ahead = this.#hooks.texts(this.next);
    for (let from = this.next; from < total; ) {
      const { texts, problems, truths } = await ahead;
      from += texts.length;
      // Read while those before it are answered, so that no worker waits for the store.
      if (from < total) ahead = this.#hooks.texts(from);
      ahead.catch(() => {});
      for (let place = 0; place < texts.length; place++) {
        await this.#hooks.wait();
        const problem = Number(problems[place]);
        this.#expected.push({ problem, truth: Number(truths[place]) });
        if (problem === 0) yield /** @type {string} */ (texts[place]);
        else if (this.#expected.length === 1) await this.#passFailed();
      }
    }
  }

  /** @param {Omit<Answered, "truth">} answer to the first row that was handed out */
  async #settle(answer) {
    await this.#passFailed();
    const { truth } = /** @type {Expected} */ (this.#expected.shift());
    this.next += 1;
    await this.#hooks.take({ ...answer, truth });
  }

  /** Rows that need no answer, up to the next one that does. */
  async #passFailed() {
    for (let first = this.#expected[0]; first && first.problem !== 0; first = this.#expected[0]) {
      this.#expected.shift();
      this.next += 1;
      await this.#hooks.take({ ...first, label: NONE, probability: 0, unsure: false });
    }
  }

  /** @param {unknown} error of the first row that was handed out */
  async #skipOrThrow(error) {
    if (error instanceof BatchError || isAbort(error)) throw error;
    const { code, message } = /** @type {{ code?: string, message?: string }} */ (error);
    await this.#passFailed();
    const isOfTheText = OF_THE_TEXT.has(code ?? "") && this.#expected.length > 0 && ++this.#failures < IN_A_ROW;
    if (!isOfTheText) {
      throw new BatchError(`The classifier stopped at row ${this.next + 1} (${message}): reload the page and go on from there.`, error);
    }
    await this.#settle({ problem: CLASSIFIER_FAILED, label: NONE, probability: 0, unsure: false });
  }
}
