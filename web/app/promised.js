/**
 * Something that others wait for, and that may fail and be tried again: whoever asks gets what there is, the error of
 * the last try, or has to wait for the try that is under way.
 *
 * @template T
 */
export class Promised {
  #settled = false;
  /** @type {(value: T) => void} */
  #resolve = () => {};
  /** @type {(error: unknown) => void} */
  #reject = () => {};
  /** @type {Promise<T>} */
  #promise = this.#renew();

  /** @returns {Promise<T>} */
  get() {
    return this.#promise;
  }

  /** A new try begins. */
  begin() {
    if (this.#settled) this.#promise = this.#renew();
  }

  /** @param {T} value */
  give(value) {
    this.begin();
    this.#settled = true;
    this.#resolve(value);
  }

  /** @param {unknown} error for those who wait now, and for those who ask until the next try */
  fail(error) {
    this.begin();
    this.#settled = true;
    this.#reject(error);
  }

  /**
   * A new try, which ends as a promise does.
   *
   * @param {Promise<T>} promise
   * @returns {Promise<T>}
   */
  async follow(promise) {
    this.begin();
    await promise.then((value) => this.give(value), (error) => this.fail(error));
    return this.get();
  }

  #renew() {
    this.#settled = false;
    /** @type {Promise<T>} */
    const promise = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    promise.catch(() => {}); // often nobody waits
    return promise;
  }
}
