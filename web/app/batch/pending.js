/** Rows that are committed together, at most, and milliseconds that an answer waits for it, at most. */
const ROWS = 200;
const AGE = 1000;

/**
 * @typedef {import("./protocol.js").Answers} Answers
 * @typedef {(from: number, answers: Answers, transfer: ArrayBuffer[]) => Promise<unknown>} Save
 */

/** Answers on their way to the store: a few at a time, in order, and never two savings at once. */
export class Pending {
  #save;
  #from = 0;
  /** @type {Omit<import("./runner.js").Answered, "truth">[]} */
  #rows = [];
  /** @type {Promise<unknown>} */
  #saving = Promise.resolve();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /** @param {Save} save */
  constructor(save) {
    this.#save = save;
  }

  /** @param {number} from the next row */
  start(from) {
    this.#from = from;
    this.#rows = [];
    this.#saving = Promise.resolve();
  }

  /** @param {Omit<import("./runner.js").Answered, "truth">} row */
  async add(row) {
    this.#rows.push(row);
    if (this.#rows.length >= ROWS) return this.flush();
    // In a pause no further row comes to take these along. What goes wrong then is heard of with the next saving.
    this.#timer ??= setTimeout(() => void this.flush().catch(() => {}), AGE);
  }

  /** @returns {Promise<void>} when all that was added is committed; rejects once anything could not be */
  async flush() {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const [rows, from] = [this.#rows, this.#from];
    this.#rows = [];
    this.#from += rows.length;
    if (rows.length > 0) this.#saving = this.#saving.then(() => this.#send(rows, from));
    await this.#saving;
  }

  /**
   * @param {Omit<import("./runner.js").Answered, "truth">[]} rows
   * @param {number} from
   */
  async #send(rows, from) {
    const answers = {
      problems: Uint8Array.from(rows, ({ problem }) => problem),
      labels: Uint16Array.from(rows, ({ label }) => label),
      probabilities: Float64Array.from(rows, ({ probability }) => probability),
      unsure: Uint8Array.from(rows, ({ unsure }) => Number(unsure)),
    };
    await this.#save(from, answers, Object.values(answers).map(({ buffer }) => buffer));
  }
}
