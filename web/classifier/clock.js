/**
 * What each step of a start cost, in milliseconds. Steps run side by side, so they add up to more than the whole.
 *
 * @typedef {"download" | "verify" | "inflate" | "compile" | "tokenizer" | "session" | "firstRun"} Step
 * @typedef {Partial<Record<Step, number>>} Steps
 */

export class Clock {
  /** @type {Steps} */
  #steps = {};

  /** @param {() => number} [now] */
  constructor(now = () => performance.now()) {
    this.now = now;
  }

  /**
   * @template T
   * @param {Step} step
   * @param {() => T | Promise<T>} run
   * @returns {Promise<T>}
   */
  async time(step, run) {
    const started = this.now();
    try {
      return await run();
    } finally {
      this.add(step, this.now() - started);
    }
  }

  /**
   * @param {Step} step done for several files, it counts as often
   * @param {number} milliseconds
   */
  add(step, milliseconds) {
    this.#steps[step] = (this.#steps[step] ?? 0) + milliseconds;
  }

  /**
   * @param {Step} step done for several files side by side, the longest counts
   * @param {number} milliseconds
   */
  reach(step, milliseconds) {
    this.#steps[step] = Math.max(this.#steps[step] ?? 0, milliseconds);
  }

  /** @returns {Steps} */
  read() {
    return { ...this.#steps };
  }
}
