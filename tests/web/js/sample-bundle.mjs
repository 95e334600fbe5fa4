/** A bundle with every field that there is. */
const file = (path) => ({ path, bytes: 1, sha256: "0".repeat(64) });
const scores = { accuracy: 0.5, macro_f1: 0.4 };

export const BUNDLE = {
  schema_version: 3,
  version: "0123456789abcdef",
  labels: ["glad", "merry", "sad"],
  families: [["glad", "merry"]],
  max_length: 128,
  temperature: 1.2,
  temperature_slope: 0.3,
  unsure_below: 0.5,
  graph_optimization_level: "disabled",
  files: {
    model: { ...file("0a/m.onnx.gzip"), content: { bytes: 2, sha256: "1".repeat(64) } },
    tokenizer: file("0a/tokenizer.json"),
    tokenizer_config: file("0a/tokenizer_config.json"),
    golden: file("golden.json"),
  },
  card: {
    run: "tiny",
    architecture: "Bert",
    base: { source: "hub", id: "some/base" },
    parameters: 12,
    data: "some data",
    license: "MIT",
    citation: "",
    intended_use: "",
    limits: "",
    metrics: { split: "test", n: 9, torch: scores, onnx_fp32: scores, onnx_int8: scores, browser_int8: scores },
    calibration: { split: "test", ece: 0.1, sure_coverage: 0.6, sure_accuracy: null, family_accuracy: 0.7 },
  },
  parity: { reference: "torch", agreement: 0.9, macro_f1_difference: -0.01, worst_class_f1_drop: 0.1 },
  versions: { python: "3.11" },
};
