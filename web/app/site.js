import { ClassifierError } from "../classifier/plain.js";

/**
 * What the build says of the site, the model aside.
 *
 * @typedef {object} Site
 * @property {string} version
 * @property {number} download_bytes what a first visit loads besides the page
 * @property {Record<string, string>} packages versions, by name
 */

const PATH = "site.json";
/** Milliseconds. A line that carries nothing for so long is taken for dead. */
const SILENCE = 30_000;
const AGAIN = "Check the connection and try again.";

/**
 * @param {string | URL} root
 * @param {number} [silence] milliseconds
 * @returns {Promise<Site>}
 */
export async function fetchSite(root, silence = SILENCE) {
  const stop = new AbortController();
  const late = setTimeout(() => stop.abort(), silence);
  try {
    // A stale copy would call fresh files those of another version.
    const response = await fetch(new URL(PATH, root), { cache: "no-cache", signal: stop.signal });
    if (!response.ok) {
      const status = `the server answered with status ${response.status}`;
      throw new ClassifierError("not-found", `The file ${PATH} could not be loaded: ${status}, so check that it was uploaded.`);
    }
    return await response.json();
  } catch (cause) {
    throw explain(cause, stop.signal.aborted, silence);
  } finally {
    clearTimeout(late);
  }
}

/**
 * @param {unknown} cause
 * @param {boolean} late
 * @param {number} silence
 */
function explain(cause, late, silence) {
  if (cause instanceof ClassifierError) return cause;
  if (late) {
    const sentence = `Nothing has arrived for ${silence / 1000} seconds while loading the file ${PATH}. ${AGAIN}`;
    return new ClassifierError("stalled", sentence, cause);
  }
  if (cause instanceof SyntaxError) {
    return new ClassifierError("bad-bundle", `The file ${PATH} is not valid JSON. The site must be built again.`, cause);
  }
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new ClassifierError("network", `The connection failed while loading the file ${PATH} (${reason}). ${AGAIN}`, cause);
}
