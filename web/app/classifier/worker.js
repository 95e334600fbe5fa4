import { loadClassifier } from "./classifier.js";
import { ClassifierError, toRecord } from "./errors.js";

/**
 * @typedef {import("./client.js").Request} Request
 * @typedef {import("./client.js").Reply} Reply
 */

/** @type {import("./classifier.js").Classifier | null} */
let classifier = null;

/** Requests are answered one after the other, in the order in which they came. */
let queue = Promise.resolve();

self.addEventListener("message", (/** @type {MessageEvent<Request>} */ event) => {
  queue = queue.then(() => answer(event.data));
});

/** @param {Request} request */
async function answer(request) {
  try {
    reply({ id: request.id, result: await perform(request) });
  } catch (error) {
    reply({ id: request.id, error: toRecord(error) });
  }
}

/** @param {Request} request */
async function perform(request) {
  if (request.method === "classify") {
    if (classifier === null) throw new ClassifierError("not-loaded", "The model is not loaded yet.");
    return classifier.classify(request.text);
  }
  const { bundle, baseUrl, threads } = request;
  const loaded = await loadClassifier(bundle, baseUrl, threads, (progress) => reply({ id: request.id, progress }));
  classifier = loaded.classifier;
  return loaded.report;
}

/** @param {Reply} message */
function reply(message) {
  self.postMessage(message);
}
