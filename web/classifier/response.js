import { ClassifierError, describe } from "./errors.js";

/**
 * `fetch`, with its silent failures turned into sentences: no answer, an error page, a web page in place of data, and a
 * server of another origin that forbids reading.
 *
 * @param {URL} url
 * @param {string} path the name that the person can look for on the server
 * @param {RequestInit} [options]
 * @returns {Promise<Response>}
 */
export async function fetchData(url, path, options = {}) {
  /** @type {Response} */
  let response;
  try {
    response = await fetch(url, options);
  } catch (cause) {
    if (await isForbidden(url, options.signal)) throw forbidden(url, path);
    throw lost(path, cause);
  }
  if (!response.ok) {
    throw new ClassifierError(
      "not-found",
      `The file ${path} could not be loaded: the server answered with status ${response.status}. Try again later, or check that the file was uploaded.`,
    );
  }
  if (/^text\/html\b/i.test(response.headers.get("content-type") ?? "")) {
    throw new ClassifierError(
      "wrong-content",
      `The server sent a web page in place of the file ${path}. Check that the file was uploaded.`,
    );
  }
  return response;
}

/**
 * @param {string} path
 * @param {unknown} cause
 * @returns {ClassifierError}
 */
export function lost(path, cause) {
  return new ClassifierError(
    "network",
    `The connection failed while loading the file ${path} (${describe(cause)}). Check the connection and try again.`,
    cause,
  );
}

/**
 * The browser does not say why a request to another origin failed; one whose answer nobody may read tells whether the
 * server is there.
 *
 * @param {URL} url
 * @param {AbortSignal | null | undefined} signal
 * @returns {Promise<boolean>}
 */
async function isForbidden(url, signal) {
  if (signal?.aborted || globalThis.origin === undefined || url.origin === globalThis.origin) return false;
  const asked = fetch(url, { method: "HEAD", mode: "no-cors", cache: "no-store", signal: signal ?? null });
  return asked.then(() => true, () => false);
}

/**
 * @param {URL} url
 * @param {string} path
 */
function forbidden(url, path) {
  return new ClassifierError(
    "cors",
    `The server ${url.origin} does not let this page read the file ${path}: it must send the header Access-Control-Allow-Origin: ${globalThis.origin} (or *).`,
  );
}
