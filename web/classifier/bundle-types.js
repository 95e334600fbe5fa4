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

export {};
