import { startWorker } from "../start-worker.js";
import { BatchError, fromRecord } from "./errors.js";

/** @typedef {{ resolve: (result: any) => void, reject: (error: unknown) => void, onNews: (news: any) => void }} Pending */

const PROGRAM = new URL("./worker.js", import.meta.url);
const STOPPED = "The part of the page that reads tables stopped: reload the page; what was answered until then is kept.";

/** The page's end of the worker that reads tables. */
class Client {
  #worker = startWorker(PROGRAM);
  #ids = 0;
  /** @type {Map<number, Pending>} */
  #pending = new Map();

  /** @param {() => void} onEnd */
  constructor(onEnd) {
    this.#worker.onmessage = ({ data: { id, result, news, error } }) => {
      const pending = this.#pending.get(id);
      if (news !== undefined) return pending?.onNews(news);
      this.#pending.delete(id);
      if (error) pending?.reject(fromRecord(error));
      else pending?.resolve(result);
    };
    this.#worker.onerror = (event) => {
      event.preventDefault();
      this.#worker.terminate();
      onEnd();
      for (const { reject } of this.#pending.values()) reject(new BatchError(STOPPED, event.message));
      this.#pending.clear();
    };
  }

  /**
   * @param {string} method
   * @param {unknown} value
   * @param {Transferable[]} transfer
   * @param {(news: any) => void} onNews
   * @returns {Promise<any>}
   */
  call(method, value, transfer, onNews) {
    const id = ++this.#ids;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject, onNews });
      this.#worker.postMessage({ id, method, value }, transfer);
    });
  }
}

/** @type {Client | null} */
let client = null;

/**
 * Asks the worker, which is started when it is first needed.
 *
 * @param {string} method of the Desk or its Results
 * @param {unknown} [value]
 * @param {{ transfer?: Transferable[], onNews?: (news: any) => void }} [options]
 * @returns {Promise<any>} rejects with a BatchError, or with an AbortError where it was given up, or another search took its place
 */
export async function ask(method, value = null, { transfer = [], onNews = () => {} } = {}) {
  client ??= new Client(() => (client = null));
  return client.call(method, value, transfer, onNews);
}
