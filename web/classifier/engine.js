import { Clock } from "./clock.js";
import { assertLogits, calibrated, rank } from "./probabilities.js";
import { ModelSession } from "./session.js";
import { openSources } from "./sources.js";
import { assertSupported } from "./support.js";
import { TextTokenizer } from "./tokenizer.js";

/**
 * @typedef {import("./protocol.js").LoadCall} LoadCall
 * @typedef {import("./session.js").Stage} Stage
 *
 * @typedef {import("./types.js").Prediction} Prediction
 * @typedef {{ ids: number[], logits: number[], totalTokens: number, truncated: boolean }} Examination
 *
 * @typedef {object} EngineReport
 * @property {number} milliseconds from the order to the first answer
 * @property {number} threads that the model runs on
 * @property {string[]} stored files that came out of the browser's store
 * @property {import("./clock.js").Steps} steps
 */

/** The worker's side: tokenizer and model of one bundle. */
export class Engine {
  #bundle;
  #tokenizer;
  #session;

  /**
   * @param {import("./bundle-types.js").Bundle} bundle
   * @param {TextTokenizer} tokenizer
   * @param {ModelSession} session
   */
  constructor(bundle, tokenizer, session) {
    this.#bundle = bundle;
    this.#tokenizer = tokenizer;
    this.#session = session;
  }

  /** @returns {number} */
  get threads() {
    return this.#session.threads;
  }

  /**
   * @param {string} text
   * @returns {Promise<Examination>}
   */
  async examine(text) {
    const encoded = this.#tokenizer.encode(text);
    const logits = await this.#session.run(encoded.ids);
    assertLogits(logits, this.#bundle.labels.length);
    return { ...encoded, logits };
  }

  /**
   * @param {string} text
   * @param {number} [top] scores at most
   * @returns {Promise<Prediction>}
   */
  async classify(text, top) {
    const started = performance.now();
    const { labels, temperature, temperature_slope = 0, unsure_below } = this.#bundle;
    const { ids, logits, totalTokens, truncated } = await this.examine(text);
    const ranked = rank(calibrated(logits, temperature, temperature_slope), labels);
    const { label, probability } = /** @type {import("./probabilities.js").Score} */ (ranked[0]);
    const unsure = probability < (unsure_below ?? 0);
    const milliseconds = performance.now() - started;
    const scores = ranked.slice(0, top);
    return { label, probability, unsure, scores, logits, tokens: ids.length, totalTokens, truncated, milliseconds };
  }

  /**
   * @param {string} text
   * @returns {{ tokens: number, truncated: boolean }}
   */
  measure(text) {
    const { totalTokens, truncated } = this.#tokenizer.encode(text);
    return { tokens: totalTokens, truncated };
  }
}

/**
 * Starts an engine with everything side by side: what is downloaded, the runtime's program, its compilation.
 *
 * @param {LoadCall} call
 * @param {import("./runtime.js").Runtime} runtime
 * @param {(progress: import("./progress.js").Progress) => void} onProgress
 * @param {(stage: Stage) => void} onStage
 * @returns {Promise<{ engine: Engine, report: EngineReport, keep: () => Promise<void> }>} keep stores what was
 *   downloaded, for another time
 */
export async function startEngine(call, runtime, onProgress, onStage) {
  assertSupported();
  const { bundle, threads } = call;
  const clock = new Clock();
  const started = clock.now();
  const sources = await openSources(call, runtime, clock, onProgress);
  const { each } = sources;
  const { ort, tokenizers, glueUrl } = runtime;
  // Not before the glue is known to be that of the wasm: together with another one it fails in obscure ways.
  const wasm = Promise.all([each.wasm, each.glue]).then(([binary]) => binary);
  const ingredients = { ort, wasm, model: each.model, ...(glueUrl && { glueUrl }) };
  const session = ModelSession.start(ingredients, { threads, level: bundle.graph_optimization_level, clock, onStage });
  const tokenizer = Promise.all([tokenizers, each.tokenizer, each.tokenizer_config]).then(([{ Tokenizer }, json, config]) =>
    clock.time("tokenizer", () => new TextTokenizer(Tokenizer, parse(json), parse(config), bundle.max_length)),
  );
  // The downloads first: only they know that nothing arrives any more.
  const [bytes, ...parts] = await Promise.all([sources.all, tokenizer, session]);
  const engine = new Engine(bundle, ...parts);
  // The first run allocates; better now than under the first keystroke. It also checks the number of labels.
  await clock.time("firstRun", () => engine.classify("warm up"));
  const milliseconds = clock.now() - started;
  const report = { milliseconds, threads: engine.threads, stored: [...sources.stored], steps: clock.read() };
  return { engine, report, keep: () => sources.keep(bytes) };
}

/**
 * @param {Uint8Array} bytes
 * @returns {any}
 */
function parse(bytes) {
  return JSON.parse(new TextDecoder().decode(bytes));
}
