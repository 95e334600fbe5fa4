import { startEngine } from "./engine.js";
import { ClassifierError, toRecord } from "./errors.js";
import { collectFiles, loadGolden } from "./sources.js";

/**
 * @typedef {import("./protocol.js").Request} Request
 * @typedef {import("./protocol.js").Reply} Reply
 * @typedef {import("./runtime.js").Runtime} Runtime
 */

/**
 * The worker's program: answers the page, one request after the other, in the order in which they came. To be called
 * before anything is waited for, because a worker loses the messages that arrive while nobody listens.
 *
 * @param {import("./runtime.js").OpenRuntime} openRuntime
 */
export function serve(openRuntime) {
  const program = new Program(openRuntime);
  /** Those that nobody has taken back. */
  const waiting = new Set();
  let queue = Promise.resolve();
  self.addEventListener("message", (/** @type {MessageEvent<Request>} */ { data }) => {
    if (data.method === "drop") return waiting.delete(data.of);
    waiting.add(data.id);
    queue = queue.then(async () => {
      // A text may have been taken back while the one before it ran: the message that says so comes in first.
      if (data.method === "classify" || data.method === "examine") await nextTask();
      if (!waiting.delete(data.id)) return;
      const answered = program.answer(data);
      // What is downloaded keeps no text waiting.
      if (data.method !== "files" && data.method !== "golden") await answered;
    });
  });
}

class Program {
  #openRuntime;
  /** @type {Runtime | null} */
  #runtime = null;
  /** @type {import("./protocol.js").LoadCall | null} */
  #call = null;
  /** @type {import("./engine.js").Engine | null} */
  #engine = null;

  /** @param {import("./runtime.js").OpenRuntime} openRuntime */
  constructor(openRuntime) {
    this.#openRuntime = openRuntime;
  }

  /** @param {Request} request */
  async answer(request) {
    try {
      reply({ id: request.id, result: await this.#perform(request) });
    } catch (error) {
      reply({ id: request.id, error: toRecord(error) });
    }
  }

  /** @param {Request} request */
  async #perform(request) {
    if (request.method === "prepare") {
      this.#runtime ??= this.#openRuntime(request.runtimeUrl, request.trustStored);
      return null;
    }
    if (request.method === "load") return this.#load(request);
    if (this.#engine === null || this.#call === null || this.#runtime === null) {
      throw new ClassifierError("not-loaded", "The model is not loaded yet.");
    }
    switch (request.method) {
      case "classify":
        return this.#engine.classify(request.text, request.top);
      case "examine":
        return this.#engine.examine(request.text);
      case "measure":
        return this.#engine.measure(request.text);
      case "files":
        return collectFiles(this.#call, this.#runtime);
      case "golden":
        return loadGolden(this.#call);
      default:
        throw new ClassifierError("bad-argument", "The worker was asked for something that it does not know.");
    }
  }

  /** @param {import("./protocol.js").LoadCall & { id: number }} call */
  async #load(call) {
    const { id } = call;
    this.#runtime ??= this.#openRuntime(call.runtimeUrl, call.trustStored);
    const { engine, report, keep } = await startEngine(
      call,
      this.#runtime,
      (progress) => reply({ id, progress }),
      (stage) => reply({ id, stage }),
    );
    this.#engine = engine;
    this.#call = call;
    // After the first answer: storing takes as long as reading, and nobody waits for it.
    void keep();
    return report;
  }
}

/** @param {Reply} message */
function reply(message) {
  self.postMessage(message);
}

const { port1, port2 } = new MessageChannel();

/** @returns {Promise<unknown>} after the messages that are in already */
function nextTask() {
  return new Promise((resolve) => {
    port1.onmessage = resolve;
    port2.postMessage(null);
  });
}
