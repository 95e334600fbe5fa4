/** Milliseconds that a rate looks back: long enough to be steady, short enough to follow a machine that gets busy. */
const WINDOW = 10_000;
/** Milliseconds without which there is no rate. */
const LEAST = 300;

/** How fast it goes, and so how long it takes, over the last seconds in which it went on at all. */
export class Rate {
  /** @type {{ at: number, done: number }[]} */
  #marks = [];

  /**
   * @param {number} at milliseconds
   * @param {number} done rows since the start
   */
  mark(at, done) {
    this.#marks.push({ at, done });
    while (this.#marks.length > 2 && at - Number(this.#marks[1]?.at) > WINDOW) this.#marks.shift();
  }

  /** A pause is no part of the time that it takes. */
  restart() {
    this.#marks = [];
  }

  /** @returns {number} rows a second; 0 as long as nothing can be said */
  get rowsPerSecond() {
    const [first, last] = [this.#marks[0], this.#marks.at(-1)];
    if (!first || !last || last.at - first.at < LEAST) return 0;
    return (1000 * (last.done - first.done)) / (last.at - first.at);
  }

  /**
   * @param {number} rows that are left
   * @returns {number | null}
   */
  secondsFor(rows) {
    return this.rowsPerSecond > 0 ? rows / this.rowsPerSecond : null;
  }
}
