import { Desk } from "./desk.js";
import { toRecord } from "./errors.js";

/**
 * The worker's program: reads tables, keeps rows and answers, and finds what is asked for, so that the page stays free.
 * Sites under other paths of this origin share the storage: the address keeps theirs apart.
 *
 * @typedef {import("./protocol.js").Request} Request
 */
const SITE = new URL("../../", import.meta.url).pathname;
const desk = new Desk(`pocket-classifier batch ${SITE}`);

self.addEventListener("message", async (/** @type {MessageEvent<Request>} */ { data: { id, method, value } }) => {
  try {
    self.postMessage({ id, result: await perform(method, value, (news) => self.postMessage({ id, news })) });
  } catch (error) {
    self.postMessage({ id, error: toRecord(error) });
  }
});

/**
 * @param {string} method
 * @param {any} value
 * @param {(news: unknown) => void} onNews
 * @returns {Promise<unknown>}
 */
async function perform(method, value, onNews) {
  switch (method) {
    case "preview":
    case "begin":
    case "left":
    case "resume":
      return desk[method](value);
    case "read":
      return desk.read(null, onNews);
    case "stopReading":
    case "discard":
      return desk[method]();
    case "texts":
    case "answer":
    case "count":
    case "rows":
    case "download":
      return desk.results[method](/** @type {any} */ (value));
    default:
      throw new Error(`nothing is called ${method}`);
  }
}
