import { SILENCE, stalled, whileAlive } from "./classifier/deadline.js";
import { ClassifierError } from "./classifier/errors.js";
import { fetchData } from "./classifier/response.js";

/**
 * All that the page knows about the model; web/classifier/bundle.schema.json says what each part means.
 *
 * A file as it lies on the server and, where that is gzip, what inflating it gives.
 * @typedef {{ bytes: number, sha256: string }} Content
 * @typedef {Content & { path: string, content?: Content }} FileRecord
 * @typedef {"model" | "tokenizer" | "tokenizer_config" | "golden"} FileName
 * @typedef {"disabled" | "basic" | "extended" | "all"} GraphOptimizationLevel
 * @typedef {{ accuracy?: number, macro_f1?: number }} Scores
 *
 * @typedef {object} Metrics
 * @property {string} [split]
 * @property {number} [n]
 * @property {Scores} [torch]
 * @property {Scores} [onnx_fp32]
 * @property {Scores} [onnx_int8]
 * @property {Scores} [browser_int8]
 *
 * @typedef {object} Calibration
 * @property {string} [split]
 * @property {number} [ece]
 * @property {number} [sure_coverage]
 * @property {number | null} [sure_accuracy]
 * @property {number} [family_accuracy]
 *
 * @typedef {object} Card
 * @property {string} [run]
 * @property {string} [architecture]
 * @property {{ source?: string, id?: string }} [base]
 * @property {number} [parameters]
 * @property {string} [data]
 * @property {string} [license]
 * @property {string} [citation]
 * @property {string} [intended_use]
 * @property {string} [limits]
 * @property {Metrics} [metrics]
 * @property {Calibration} [calibration]
 *
 * @typedef {object} Bundle
 * @property {number} schema_version
 * @property {string} version
 * @property {string[]} labels
 * @property {string[][]} [families]
 * @property {number} max_length
 * @property {number} temperature
 * @property {number} [temperature_slope]
 * @property {number | null} [unsure_below] a first answer with a lower probability is called unsure
 * @property {GraphOptimizationLevel} graph_optimization_level what is left to do: "disabled", since the file
 *   is optimized already; a dynamically quantized graph would give other logits under "basic" than under "all"
 * @property {Record<FileName, FileRecord>} files
 * @property {Card} [card]
 * @property {{ agreement?: number, macro_f1_difference?: number, worst_class_f1_drop?: number }} [parity]
 * @property {Record<string, string>} [versions]
 */

const PATH = "bundle.json";
const SCHEMA_VERSION = 3;
/** @type {GraphOptimizationLevel[]} */
const LEVELS = ["disabled", "basic", "extended", "all"];
/** @type {FileName[]} */
const FILE_NAMES = ["model", "tokenizer", "tokenizer_config", "golden"];

/**
 * @param {string | URL} baseUrl
 * @param {number} [silence] milliseconds
 * @returns {Promise<Bundle>}
 */
export async function fetchBundle(baseUrl, silence = SILENCE) {
  const stop = new AbortController();
  try {
    return await whileAlive(() => readBundle(baseUrl, stop.signal), silence, () => stalled(PATH, silence));
  } finally {
    stop.abort();
  }
}

/**
 * @param {string | URL} baseUrl
 * @param {AbortSignal} signal
 * @returns {Promise<Bundle>}
 */
async function readBundle(baseUrl, signal) {
  // The file names what every other file must be, so a stale copy of it would condemn fresh ones.
  const response = await fetchData(new URL(PATH, baseUrl), PATH, { cache: "no-cache", signal });
  /** @type {unknown} */
  let bundle;
  try {
    bundle = await response.json();
  } catch (cause) {
    throw new ClassifierError("bad-bundle", `The file ${PATH} is not valid JSON. The site must be built again.`, cause);
  }
  const problem = findProblem(/** @type {any} */ (bundle));
  if (problem) throw new ClassifierError("bad-bundle", `The file ${PATH} ${problem}. The site must be built again.`);
  return /** @type {Bundle} */ (bundle);
}

/**
 * @param {any} bundle
 * @returns {string} how the sentence "The file bundle.json ..." goes on; empty when all is well
 */
export function findProblem(bundle) {
  if (bundle?.schema_version !== SCHEMA_VERSION) {
    return `has schema version ${bundle?.schema_version}, but this page reads version ${SCHEMA_VERSION}`;
  }
  if (!Array.isArray(bundle.labels) || bundle.labels.length === 0) return "names no labels";
  if (!(bundle.temperature > 0)) return "has no temperature above zero";
  const threshold = bundle.unsure_below ?? 0;
  if (!(threshold >= 0 && threshold <= 1)) return "has an unsure_below that is no probability";
  if (!(Number.isInteger(bundle.max_length) && bundle.max_length > 2)) return "has no usable max_length";
  if (!LEVELS.includes(bundle.graph_optimization_level)) return "names no graph optimization level";
  const incomplete = FILE_NAMES.find((name) => !isFileRecord(bundle.files?.[name]));
  return incomplete ? `does not describe the file "${incomplete}"` : "";
}

/** @param {any} file */
function isFileRecord(file) {
  return typeof file?.path === "string" && isContent(file) && isContent(file.content ?? file);
}

/** @param {any} content */
function isContent(content) {
  return content.bytes > 0 && /^[0-9a-f]{64}$/.test(content.sha256);
}
