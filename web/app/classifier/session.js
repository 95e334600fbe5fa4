import { ClassifierError, describe } from "./errors.js";
import { watchThreads } from "./thread-watch.js";
import { importRuntime } from "./vendor.js";

const ERRORS_ONLY = 3;
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
   * @param {Uint8Array} model
   * @param {Uint8Array} wasm verified bytes, so that the runtime downloads nothing by itself
   * @param {URL} glueUrl
   * @param {import("../bundle.js").GraphOptimizationLevel} graphOptimizationLevel
   * @param {number} threads
   * @returns {Promise<ModelSession>}
   */
  static async create(model, wasm, glueUrl, graphOptimizationLevel, threads) {
    const ort = await importRuntime();
    ort.env.logLevel = "error";
    ort.env.wasm.numThreads = threads;
    ort.env.wasm.proxy = false;
    ort.env.wasm.wasmBinary = wasm;
    ort.env.wasm.wasmPaths = { mjs: glueUrl };
    try {
      const create = () =>
        ort.InferenceSession.create(model, {
          executionProviders: ["wasm"],
          graphOptimizationLevel,
          logSeverityLevel: ERRORS_ONLY,
        });
      const session = await (threads > 1 ? watchThreads(create) : create());
      assertInterface(session);
      return new ModelSession(ort, session);
    } catch (cause) {
      if (cause instanceof ClassifierError) throw cause;
      throw new ClassifierError("runtime", `The model could not be started: ${describe(cause)}`, cause);
    } finally {
      // Compiled by now: 14 MB that nobody needs any more.
      ort.env.wasm.wasmBinary = undefined;
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
