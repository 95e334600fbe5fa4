/**
 * Everything that can go wrong is said in one sentence that names the cause and the way out.
 *
 * @typedef {"insecure-context" | "no-webassembly" | "no-decompression" | "no-module-worker" | "network" | "stalled" | "not-found" | "wrong-content"
 *   | "integrity" | "bad-bundle" | "program-missing" | "runtime" | "bad-output" | "not-loaded" | "closed" | "crash"
 * } ErrorCode
 */

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
