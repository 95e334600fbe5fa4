import { ClassifierError, describe } from "./errors.js";
import { watchThreads } from "./thread-watch.js";
import { giveCompiled } from "./vouched.js";

/**
 * @typedef {"threads" | "waiting" | "session"} Stage of a start: the runtime compiles and starts its threads, the model
 *   is still on its way, the model is opened
 *
 * @typedef {object} Ingredients
 * @property {Promise<typeof import("onnxruntime-web")>} ort
 * @property {Promise<Uint8Array | WebAssembly.Module | undefined>} wasm verified, so that the runtime downloads nothing
 *   by itself
 * @property {Promise<Uint8Array>} model
 * @property {URL} [glueUrl]
 *
 * @typedef {object} StartOptions
 * @property {number} threads
 * @property {import("./bundle-types.js").GraphOptimizationLevel} level
 * @property {import("./clock.js").Clock} clock
 * @property {(stage: Stage) => void} onStage
 */

const ERRORS_ONLY = 3;
// Anew each time: the runtime writes into what it is given.
/** @returns {import("onnxruntime-web").InferenceSession.SessionOptions} */
const options = () => ({ executionProviders: ["wasm"], logSeverityLevel: ERRORS_ONLY });
/** An ONNX model of one node, Identity, from "a" to "b". */
const SMALLEST = new Uint8Array([
  8, 8, 58, 55, 10, 16, 10, 1, 97, 18, 1, 98, 34, 8, 73, 100, 101, 110, 116, 105, 116, 121, 18, 1, 103, 90, 15, 10, 1,
  97, 18, 10, 10, 8, 8, 1, 18, 4, 10, 2, 8, 1, 98, 15, 10, 1, 98, 18, 10, 10, 8, 8, 1, 18, 4, 10, 2, 8, 1, 66, 4, 10, 0,
  16, 13,
]);
/**
 * How each input that a BERT-like encoder may ask for follows from the token ids of one unpadded text.
 *
 * @type {Record<string, (id: number) => bigint>}
 */
const INPUTS = {
  input_ids: (id) => BigInt(id),
  attention_mask: () => 1n,
  token_type_ids: () => 0n,
};

/** One onnxruntime-web session; one text at a time, because padding changes the results of dynamic quantization. */
export class ModelSession {
  /** How many the runtime took, which may be fewer than it was offered. */
  threads;
  #ort;
  #session;

  /**
   * @param {typeof import("onnxruntime-web")} ort
   * @param {import("onnxruntime-web").InferenceSession} session
   */
  constructor(ort, session) {
    this.#ort = ort;
    this.#session = session;
    this.threads = ort.env.wasm.numThreads ?? 1;
  }

  /**
   * Compiles the runtime while the model is still on its way.
   *
   * @param {Ingredients} ingredients
   * @param {StartOptions} how
   * @returns {Promise<ModelSession>}
   */
  static async start(ingredients, how) {
    const start = () => open(ingredients, how);
    try {
      return await (how.threads > 1 ? watchThreads(start) : start());
    } catch (cause) {
      if (cause instanceof ClassifierError) throw cause;
      throw new ClassifierError("runtime", `The model could not be started: ${describe(cause)}`, cause);
    }
  }

  /**
   * @param {number[]} ids
   * @returns {Promise<number[]>} logits
   */
  async run(ids) {
    const feeds = Object.fromEntries(this.#session.inputNames.map((name) => [name, this.#tensor(name, ids)]));
    /** @type {Record<string, import("onnxruntime-web").Tensor>} */
    let outputs = {};
    try {
      outputs = await this.#session.run(feeds, ["logits"]);
      return Array.from(/** @type {Float32Array} */ (outputs["logits"]?.data ?? []));
    } finally {
      // WebAssembly memory only ever grows: a tensor left behind stays for the life of the page.
      for (const tensor of [...Object.values(feeds), ...Object.values(outputs)]) tensor.dispose();
    }
  }

  /**
   * @param {string} name
   * @param {number[]} ids
   */
  #tensor(name, ids) {
    const value = INPUTS[name] ?? (() => 0n);
    return new this.#ort.Tensor("int64", BigInt64Array.from(ids, value), [1, ids.length]);
  }
}

/**
 * @param {Ingredients} ingredients
 * @param {StartOptions} how
 */
async function open({ ort: arriving, wasm, model, glueUrl }, { threads, level, clock, onStage }) {
  const [ort, binary] = await Promise.all([arriving, wasm]);
  ort.env.logLevel = "error";
  ort.env.wasm.numThreads = threads;
  ort.env.wasm.proxy = false;
  if (glueUrl) ort.env.wasm.wasmPaths = { mjs: glueUrl };
  // Without it the runtime fetches its own, for as long as that takes.
  const done = binary && giveBinary(ort, binary);
  if (binary) onStage("threads");
  await clock.time("compile", () => compile(ort)).finally(done);
  onStage("waiting");
  const bytes = await model;
  onStage("session");
  const session = await clock.time("session", () =>
    ort.InferenceSession.create(bytes, { ...options(), graphOptimizationLevel: level }),
  );
  assertInterface(session);
  return new ModelSession(ort, session);
}

/**
 * @param {typeof import("onnxruntime-web")} ort
 * @param {Uint8Array | WebAssembly.Module} binary
 */
function giveBinary(ort, binary) {
  if (binary instanceof WebAssembly.Module) return giveCompiled(ort, binary);
  ort.env.wasm.wasmBinary = binary;
  return undefined;
}

/**
 * The runtime compiles when it is given its first model, so it is given a very small one.
 *
 * @param {typeof import("onnxruntime-web")} ort
 */
async function compile(ort) {
  try {
    const session = await ort.InferenceSession.create(SMALLEST, options());
    await session.release();
  } finally {
    // 14 MB that nobody needs any more.
    ort.env.wasm.wasmBinary = undefined;
  }
}

/** @param {import("onnxruntime-web").InferenceSession} session */
function assertInterface({ inputNames, outputNames }) {
  const unknown = inputNames.filter((name) => !(name in INPUTS));
  if (unknown.length > 0 || !outputNames.includes("logits")) {
    throw new ClassifierError(
      "runtime",
      `The model does not fit this page: it takes ${inputNames.join(", ")} and gives ${outputNames.join(", ")}.`,
    );
  }
}
