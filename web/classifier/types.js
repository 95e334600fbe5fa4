/**
 * What callers give and get. Nothing here runs, so that no browser loads it.
 *
 * @typedef {object} LoadOptions
 * @property {string | URL} [runtimeUrl] folder of onnxruntime-web/ and tokenizers/
 * @property {string | URL} [workerUrl] the worker's program, where it is not beside the library
 * @property {(url: URL | null) => import("./protocol.js").WorkerLike} [createWorker] starts a worker in place of the
 *   library; it is given the address of the worker's program, or null where a bundler knows it
 * @property {number} [threads] of the worker that serves classify(); by itself as many as the page may have, 4 at most
 * @property {number} [workers] that share many texts, at most; by itself as many as there are cores, 4 at most
 * @property {boolean} [cache] whether files are kept in Cache Storage; true where it is left out
 * @property {boolean} [trustStored] whether this page's requests are answered by a service worker of its own, which
 *   vouches for files that it verified when it stored them (header `X-Verified-SHA256`): these are not hashed again, and
 *   the runtime is compiled while it is read; false where it is left out
 * @property {readonly string[]} [allowOrigins] other origins that the bundle may name files of
 * @property {(progress: import("./progress.js").Progress) => void} [onProgress]
 * @property {(bundle: import("./bundle-types.js").Bundle) => void} [onBundle] hears of the bundle before its files are there
 * @property {AbortSignal} [signal]
 *
 * @typedef {object} Report how long it took until the first text could be classified
 * @property {number} milliseconds from the call to the first answer
 * @property {number} threads that classify() runs on
 * @property {string[]} stored files that came out of the browser's store
 * @property {import("./clock.js").Steps & { bundle: number, engine: number }} steps milliseconds of each step; they run
 *   side by side. bundle: bundle.json read and checked. engine: all of the worker's own steps together
 *
 * @typedef {object} ClassifyOptions
 * @property {number} [top] scores at most; all where it is left out
 * @property {AbortSignal} [signal]
 *
 * @typedef {object} ManyOptions
 * @property {number} [top]
 * @property {AbortSignal} [signal]
 * @property {number} [workers] at most, from now on
 * @property {(progress: { done: number }) => void} [onProgress]
 *
 * @typedef {object} VerifyOptions
 * @property {(progress: { done: number, total: number }) => void} [onProgress]
 * @property {AbortSignal} [signal]
 *
 * @typedef {object} Prediction
 * @property {string} label the most probable one
 * @property {number} probability of that
 * @property {boolean} unsure whether it is less probable than the bundle calls sure
 * @property {import("./probabilities.js").Score[]} scores most probable first: all labels, or as many as were asked for
 * @property {number[]} logits in label order, as the model gave them
 * @property {number} tokens that the model read
 * @property {number} totalTokens that the text has
 * @property {boolean} truncated
 * @property {number} milliseconds for tokenizer and model together
 *
 * @typedef {Prediction & { index: number, text: string }} Row
 */

export {};
