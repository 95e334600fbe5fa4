import { BatchError } from "../errors.js";

/** Milliseconds. A page that has just been closed, or loaded again, lets go a little later. */
const PATIENCE = 1500;

/** A job belongs to one tab of this site at a time, for as long as that looks at it. */
export class Lock {
  #name;
  /** @type {(() => void) | null} */
  #release = null;

  /** @param {string} name */
  constructor(name) {
    this.#name = name;
  }

  /** @returns {Promise<void>} rejects with a BatchError where another tab has it */
  async take() {
    if (!(await this.tryToTake())) {
      throw new BatchError("Another tab of this site works on a table: go on there, or close that tab and try again.");
    }
  }

  /** @returns {Promise<boolean>} whether it is ours */
  async tryToTake() {
    if (this.#release || !navigator.locks) return true;
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(), PATIENCE);
    try {
      return await new Promise((resolve, reject) => {
        navigator.locks
          .request(this.#name, { signal: late.signal }, () => {
            resolve(true);
            return new Promise((release) => (this.#release = () => release(undefined)));
          })
          .catch(reject);
      });
    } catch {
      return false;
    } finally {
      clearTimeout(timer);
    }
  }

  release() {
    this.#release?.();
    this.#release = null;
  }
}
