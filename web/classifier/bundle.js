import { bundleRule } from "./bundle-rules.js";
import { SILENCE, stalled, whileAlive } from "./deadline.js";
import { ClassifierError } from "./errors.js";
import { fetchData } from "./response.js";

/**
 * All that is known about a model; bundle.schema.json says what each part means. The build writes it last, from the
 * model's own files.
 *
 * A file as it lies on the server and, where that is gzip, what inflating it gives.
 * @typedef {{ bytes: number, sha256: string }} Content
 * @typedef {Content & { path: string, content?: Content }} FileRecord
 * @typedef {"model" | "tokenizer" | "tokenizer_config" | "golden"} FileName
 * @typedef {"disabled" | "basic" | "extended" | "all"} GraphOptimizationLevel
 * @typedef {{ accuracy: number, macro_f1: number }} Scores
 *
 * @typedef {object} Metrics
 * @property {string} split
 * @property {number} n
 * @property {Scores} torch
 * @property {Scores} onnx_fp32
 * @property {Scores} onnx_int8
 * @property {Scores} [browser_int8]
 *
 * @typedef {object} Calibration
 * @property {string} split
 * @property {number} ece
 * @property {number} sure_coverage
 * @property {number | null} sure_accuracy
 * @property {number} family_accuracy
 *
 * @typedef {object} Card
 * @property {string} run
 * @property {string} architecture
 * @property {{ source: string, id: string }} base
 * @property {number} parameters
 * @property {string} data
 * @property {string} license
 * @property {string} citation
 * @property {string} intended_use
 * @property {string} limits
 * @property {Metrics} metrics
 * @property {Calibration} calibration
 *
 * @typedef {object} Bundle
 * @property {3} schema_version
 * @property {string} version
 * @property {string[]} labels
 * @property {string[][]} families near-synonyms, in groups of two or more
 * @property {number} max_length
 * @property {number} temperature
 * @property {number} [temperature_slope] how the temperature follows a text's entropy; 0: not at all
 * @property {number | null} unsure_below a first answer with a lower probability is called unsure
 * @property {GraphOptimizationLevel} graph_optimization_level what is left to do: "disabled", since the file
 *   is optimized already; a dynamically quantized graph would give other logits under "basic" than under "all"
 * @property {Record<FileName, FileRecord>} files
 * @property {Card} card
 * @property {{ reference: string, agreement: number, macro_f1_difference: number, worst_class_f1_drop?: number }} parity
 * @property {Record<string, string>} versions
 */

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
