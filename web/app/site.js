import { SILENCE, stalled, whileAlive } from "./classifier/deadline.js";
import { ClassifierError } from "./classifier/errors.js";
import { fetchData } from "./classifier/response.js";

/**
 * What the build says of the site, the model aside.
 *
 * @typedef {object} Site
 * @property {string} version
 * @property {number} download_bytes what a first visit loads besides the page
 * @property {Record<string, string>} packages versions, by name
 */

const PATH = "site.json";

/**
 * @param {string | URL} root
 * @param {number} [silence] milliseconds
 * @returns {Promise<Site>}
 */
export async function fetchSite(root, silence = SILENCE) {
  const stop = new AbortController();
  // A stale copy would call fresh files those of another version.
  const read = async () => (await fetchData(new URL(PATH, root), PATH, { cache: "no-cache", signal: stop.signal })).json();
  try {
    return await whileAlive(read, silence, () => stalled(PATH, silence));
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    throw new ClassifierError("bad-bundle", `The file ${PATH} is not valid JSON. The site must be built again.`, cause);
  } finally {
    stop.abort();
  }
}
