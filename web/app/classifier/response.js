import { ClassifierError, describe } from "./errors.js";

/**
 * `fetch`, with its three silent failures turned into sentences: no answer, an error page, a web page in place of data.
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
