import { ClassifierError } from "./errors.js";

/** A text that ends its worker gets another one as often as this. */
const AGAIN = 2;
/** Milliseconds. The longest text takes a second on a slow phone; a worker that needs as long as this will not answer. */
const ANSWER_WITHIN = 60_000;
/** Milliseconds without work after which workers, with the model that each of them holds, are given back. */
const IDLE = 60_000;

/**
 * @typedef {import("./client.js").WorkerClient} WorkerClient
 * @typedef {{ give: (client: WorkerClient) => void, fail: (reason: unknown) => void }} Waiter
 */

/** Workers with one thread each, started when there is work for them. None of them is given a second text at a time. */
export class WorkerPool {
  #start;
  #size;
  #idleAfter;
  /** @type {Set<WorkerClient>} */
  #all = new Set();
  /** @type {WorkerClient[]} */
  #idle = [];
  #starting = 0;
  /** @type {Waiter[]} */
  #waiters = [];
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #rest;
  /** @type {unknown} */
  #closed;

  /**
   * @param {() => Promise<WorkerClient>} start gives a worker that has the model
   * @param {number} size workers at most
   * @param {{ idleAfter?: number }} [options]
   */
  constructor(start, size, { idleAfter = IDLE } = {}) {
    this.#start = start;
    this.#size = size;
    this.#idleAfter = idleAfter;
  }

  /** @returns {number} workers at most */
  get size() {
    return this.#size;
  }

  /** @param {number} size from now on; workers beyond it end with the text that they are at */
  resize(size) {
    this.#size = size;
    while (this.#all.size > size && this.#idle.length > 0) this.#end(/** @type {WorkerClient} */ (this.#idle.pop()));
    this.#serve();
  }

  /**
   * @param {import("./protocol.js").Call} call
   * @param {AbortSignal} [signal]
   * @returns {Promise<any>} what a worker answers; when that dies, another one is asked
   */
  async run(call, signal) {
    for (let deaths = 0; ; ) {
      const client = await this.#acquire(signal);
      try {
        return await client.call(call, { within: ANSWER_WITHIN, ...(signal && { signal }) });
      } catch (error) {
        const died = error instanceof ClassifierError && error.code === "crash";
        if (!died || this.#closed || ++deaths > AGAIN) throw error;
      } finally {
        this.#release(client);
      }
    }
  }

  /** @param {unknown} reason what all that still runs is ended with */
  close(reason) {
    this.#closed = reason;
    for (const { fail } of this.#waiters.splice(0)) fail(reason);
    for (const client of [...this.#all]) this.#end(client, reason);
    this.#idle = [];
    clearTimeout(this.#rest);
  }

  /**
   * @param {AbortSignal | undefined} signal
   * @returns {Promise<WorkerClient>}
   */
  #acquire(signal) {
    signal?.throwIfAborted();
    if (this.#closed) return Promise.reject(this.#closed);
    clearTimeout(this.#rest);
    return new Promise((resolve, reject) => {
      const cancel = () => {
        this.#waiters = this.#waiters.filter((other) => other !== waiter);
        reject(signal?.reason);
      };
      const settled = () => signal?.removeEventListener("abort", cancel);
      /** @type {Waiter} */
      const waiter = {
        give: (client) => (settled(), resolve(client)),
        fail: (reason) => (settled(), reject(reason)),
      };
      signal?.addEventListener("abort", cancel);
      this.#waiters.push(waiter);
      this.#serve();
    });
  }

  /** @param {WorkerClient} client */
  #release(client) {
    if (!client.alive || this.#all.size > this.#size) this.#end(client);
    else if (this.#all.has(client)) this.#idle.push(client);
    this.#serve();
  }

  /** Gives out whoever is free, and starts another one where somebody still waits. */
  #serve() {
    while (this.#waiters.length > 0 && this.#idle.length > 0) {
      const client = /** @type {WorkerClient} */ (this.#idle.pop());
      if (client.alive) this.#waiters.shift()?.give(client);
      else this.#end(client);
    }
    while (this.#starting < this.#waiters.length && this.#all.size + this.#starting < this.#size) void this.#add();
    if (this.#idle.length === this.#all.size) this.#sleep();
  }

  async #add() {
    this.#starting += 1;
    /** @type {unknown} */
    let failure;
    try {
      const client = await this.#start();
      if (this.#closed) return client.close(this.#closed);
      this.#all.add(client);
      this.#idle.push(client);
    } catch (error) {
      failure = error;
    } finally {
      this.#starting -= 1;
    }
    if (failure === undefined) return this.#serve();
    // Memory may be enough for some of them: those that run go on.
    const running = this.#all.size + this.#starting;
    if (running > 0) this.#size = Math.min(this.#size, running);
    else for (const { fail } of this.#waiters.splice(0)) fail(failure);
  }

  #sleep() {
    clearTimeout(this.#rest);
    if (this.#all.size === 0) return;
    this.#rest = setTimeout(() => {
      for (const client of this.#idle.splice(0)) this.#end(client);
    }, this.#idleAfter);
  }

  /**
   * @param {WorkerClient} client
   * @param {unknown} [reason]
   */
  #end(client, reason) {
    this.#all.delete(client);
    if (client.alive) client.close(reason);
  }
}
