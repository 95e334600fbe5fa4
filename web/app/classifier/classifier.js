import { downloadAll } from "./assets.js";
import { SILENCE, stalled, whileAlive } from "./deadline.js";
import { locateFiles } from "./locate.js";
import { assertLogits, calibrated, rank } from "./probabilities.js";
import { ModelSession } from "./session.js";
import { assertSupported } from "./support.js";
import { importTokenizers } from "./vendor.js";

/**
 * @typedef {object} Prediction
 * @property {number[]} logits in label order, as the model gave them
 * @property {number[]} probabilities of the calibrated answer, in label order
 * @property {import("./probabilities.js").Score[]} top all labels, most probable first
 * @property {boolean} unsure whether the most probable label is less probable than the bundle calls sure
 * @property {number} tokens that the model read
 * @property {number} totalTokens that the text has
 * @property {boolean} truncated
 * @property {number} milliseconds for tokenizer and model together
 */

/**
 * @typedef {object} LoadReport
 * @property {number} milliseconds
 * @property {number} downloadMilliseconds with verification
 * @property {number} startMilliseconds from bytes to the first answer
 * @property {number} threads that the model runs on
 */

export class Classifier {
  #bundle;
  #tokenizer;
  #session;

  /**
   * @param {import("../bundle.js").Bundle} bundle
   * @param {import("./tokenizer.js").TextTokenizer} tokenizer
   * @param {ModelSession} session
   */
  constructor(bundle, tokenizer, session) {
    this.#bundle = bundle;
    this.#tokenizer = tokenizer;
    this.#session = session;
  }

  /**
   * @param {string} text
   * @returns {Promise<Prediction>}
   */
  async classify(text) {
    const started = performance.now();
    const { labels, temperature, temperature_slope = 0, unsure_below } = this.#bundle;
    const { ids, totalTokens, truncated } = this.#tokenizer.encode(text);
    const logits = await this.#session.run(ids);
    assertLogits(logits, labels.length);
    const probabilities = calibrated(logits, temperature, temperature_slope);
    const top = rank(probabilities, labels);
    const unsure = (top[0]?.probability ?? 0) < (unsure_below ?? 0);
    const milliseconds = performance.now() - started;
    return { logits, probabilities, top, unsure, tokens: ids.length, totalTokens, truncated, milliseconds };
  }
}

/**
 * @param {import("../bundle.js").Bundle} bundle
 * @param {string} baseUrl the bundle's folder
 * @param {number} threads
 * @param {(progress: import("./progress.js").Progress) => void} onProgress
 * @returns {Promise<{ classifier: Classifier, report: LoadReport }>}
 */
export async function loadClassifier(bundle, baseUrl, threads, onProgress) {
  assertSupported();
  const started = performance.now();
  // With the glue, which the runtime imports by itself: glue and wasm of different versions fail in obscure ways.
  const files = locateFiles(bundle.files, baseUrl);
  const bytes = await downloadAll(files, onProgress);
  const downloaded = performance.now();

  // By itself first, so that an error names it and not the module that awaits it.
  await importTokenizers();
  // Imported late because it awaits its vendored package at top level, and a worker loses the messages that arrive
  // while its own module graph is still waiting.
  const late = () => stalled("app/classifier/tokenizer.js", SILENCE);
  const { TextTokenizer } = await whileAlive(() => import("./tokenizer.js"), SILENCE, late);
  const textTokenizer = new TextTokenizer(parse(bytes.tokenizer), parse(bytes.tokenizer_config), bundle.max_length);
  const level = bundle.graph_optimization_level;
  const session = await ModelSession.create(bytes.model, bytes.wasm, files.glue.url, level, threads);
  const classifier = new Classifier(bundle, textTokenizer, session);
  // The first run allocates; better now than under the first keystroke. It also checks the number of labels.
  await classifier.classify("warm up");

  const ready = performance.now();
  const report = {
    milliseconds: ready - started,
    downloadMilliseconds: downloaded - started,
    startMilliseconds: ready - downloaded,
    threads: session.threads,
  };
  return { classifier, report };
}

/**
 * @param {Uint8Array} bytes
 * @returns {any}
 */
function parse(bytes) {
  return JSON.parse(new TextDecoder().decode(bytes));
}
