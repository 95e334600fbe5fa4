/** What goes wrong with a table, in one sentence for the person who chose it: what, where, and what to do. */
export class BatchError extends Error {
  /**
   * @param {string} message
   * @param {unknown} [cause]
   */
  constructor(message, cause) {
    super(message, { cause });
    this.name = "BatchError";
  }
}

/**
 * Error objects lose their class on the way out of a worker, so only plain data crosses.
 *
 * @typedef {{ message: string, aborted: boolean }} ErrorRecord
 */

/**
 * @param {unknown} error
 * @returns {ErrorRecord}
 */
export function toRecord(error) {
  if (isAbort(error)) return { message: error.message, aborted: true };
  return { message: explain(error), aborted: false };
}

/** @param {ErrorRecord} record */
export function fromRecord({ message, aborted }) {
  return aborted ? new DOMException(message, "AbortError") : new BatchError(message);
}

/** @returns {DOMException} why a search has no result: another one took its place */
export function superseded() {
  return new DOMException("Another search took the place of this one.", "AbortError");
}

/**
 * @param {unknown} error
 * @returns {error is DOMException}
 */
export function isAbort(error) {
  return error instanceof DOMException && error.name === "AbortError";
}

/**
 * @param {unknown} error
 * @returns {string} a sentence
 */
export function explain(error) {
  if (error instanceof BatchError) return error.message;
  if (error instanceof DOMException && error.name === "QuotaExceededError") {
    return "There is no room left on this device for the table and its answers: free some space, or choose a smaller file.";
  }
  const said = error instanceof Error ? error.message : String(error);
  return `The table could not be worked on (${said}): reload the page and try again.`;
}
