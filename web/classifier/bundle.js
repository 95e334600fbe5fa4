import { bundleRule } from "./bundle-rules.js";
import { SILENCE, stalled, whileAlive } from "./deadline.js";
import { ClassifierError } from "./errors.js";
import { fetchData } from "./response.js";

/** @typedef {import("./bundle-types.js").Bundle} Bundle */

const SCHEMA_VERSION = 3;

/**
 * @typedef {object} BundleOptions
 * @property {readonly string[]} [allowOrigins]
 * @property {AbortSignal} [signal]
 * @property {number} [silence] milliseconds
 *
 * @param {URL} url
 * @param {BundleOptions} [options]
 * @returns {Promise<Bundle>}
 */
export async function fetchBundle(url, { allowOrigins = [], signal, silence = SILENCE } = {}) {
  const stop = new AbortController();
  const cancel = () => stop.abort(signal?.reason);
  signal?.addEventListener("abort", cancel);
  const name = nameOf(url);
  try {
    return await whileAlive(() => readBundle(url, name, allowOrigins, stop.signal), silence, () => stalled(name, silence));
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  } finally {
    signal?.removeEventListener("abort", cancel);
    stop.abort();
  }
}

/**
 * @param {URL} url
 * @param {string} name
 * @param {readonly string[]} allowOrigins
 * @param {AbortSignal} signal
 * @returns {Promise<Bundle>}
 */
async function readBundle(url, name, allowOrigins, signal) {
  // The file names what every other file must be, so a stale copy of it would condemn fresh ones.
  const response = await fetchData(url, name, { cache: "no-cache", signal });
  /** @type {unknown} */
  let bundle;
  try {
    bundle = await response.json();
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    throw new ClassifierError("bad-bundle", `The file ${name} is not valid JSON. The site must be built again.`, cause);
  }
  const problem = findProblem(/** @type {any} */ (bundle), allowOrigins);
  if (problem) throw new ClassifierError("bad-bundle", `The file ${name} ${problem}. The site must be built again.`);
  return /** @type {Bundle} */ (bundle);
}

/**
 * @param {any} bundle
 * @param {readonly string[]} [allowOrigins]
 * @returns {string} how the sentence "The file bundle.json ..." goes on; empty when all is well
 */
export function findProblem(bundle, allowOrigins = []) {
  const version = bundle?.schema_version;
  // Of another version nothing else can be said.
  if (version !== undefined && version !== SCHEMA_VERSION) {
    return `has schema version ${JSON.stringify(version)}, but this page reads version ${SCHEMA_VERSION}`;
  }
  return bundleRule(allowOrigins)(bundle, "");
}

/** @param {URL} url */
function nameOf(url) {
  return url.pathname.split("/").at(-1) || url.href;
}
