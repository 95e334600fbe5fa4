/**
 * Every way in which a call can fail, by a code that stays; the error's message says what happened to whom.
 * Everything that can go wrong is said in one sentence that names the cause and the way out.
 */
export const ERROR_CODES = Object.freeze({
  "bad-argument": "A call was given something that it cannot use.",
  "insecure-context": "The page is open on an insecure connection, where files cannot be verified.",
  "no-webassembly": "The browser has no WebAssembly with SIMD.",
  "no-decompression": "The browser has no DecompressionStream.",
  "no-module-worker": "The browser cannot run module workers.",
  network: "The connection failed.",
  cors: "The server of another origin does not allow its files to be read from this page.",
  stalled: "Nothing arrived for half a minute.",
  "not-found": "The server answered with an error status.",
  "wrong-content": "The server sent a web page in place of a file.",
  integrity: "A file is not the one that the bundle, or the library, names.",
  "bad-bundle": "The file bundle.json is not what this version of the library reads.",
  "program-missing": "A file of the runtime or of the library could not be imported.",
  runtime: "The runtime could not start the model, or failed while it ran.",
  "bad-output": "The model's answer does not belong to the labels, or is not a number.",
  "not-loaded": "The worker that held the model is gone.",
  superseded: "A later call of explain took the place of this one.",
  closed: "The classifier was disposed of.",
  crash: "A worker stopped.",
});

/** @typedef {keyof typeof ERROR_CODES} ErrorCode */

export class ClassifierError extends Error {
  /**
   * @param {ErrorCode} code
   * @param {string} message a sentence for the person in front of the page
   * @param {unknown} [cause]
   */
  constructor(code, message, cause) {
    super(message, { cause });
    this.name = "ClassifierError";
    /** @type {ErrorCode} */
    this.code = code;
  }
}

/**
 * Error objects lose their subclass on the way out of a worker, so only plain data crosses.
 *
 * @typedef {{ code: ErrorCode, message: string }} ErrorRecord
 */

/**
 * @param {unknown} error
 * @returns {ErrorRecord}
 */
export function toRecord(error) {
  if (error instanceof ClassifierError) return { code: error.code, message: error.message };
  return { code: "runtime", message: `The classifier failed: ${describe(error)}` };
}

/**
 * @param {unknown} error
 * @returns {string}
 */
export function describe(error) {
  return error instanceof Error ? error.message : String(error);
}
