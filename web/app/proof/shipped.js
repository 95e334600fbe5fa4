import { formatBytes, formatCount, formatPercent, formatScore } from "../format.js";
import { byId, create } from "../ui/dom.js";
import { table } from "./table.js";

/**
 * @typedef {import("../../classifier/plain.js").Bundle} Bundle
 * @typedef {import("../site.js").Site} Site
 */

/** @type {[key: "torch" | "onnx_fp32" | "onnx_int8" | "browser_int8", name: string][]} */
const RUNTIMES = [
  ["torch", "PyTorch, as trained"],
  ["onnx_fp32", "ONNX, 32-bit floats"],
  ["onnx_int8", "ONNX, 8-bit integers"],
  ["browser_int8", "The same in a browser"],
];
/** @type {Record<keyof Bundle["files"], string>} */
const FILES = {
  model: "Model",
  tokenizer: "Tokenizer",
  tokenizer_config: "Its settings",
  golden: "Answers of Python",
};

/**
 * Shows what the build measured, and what identifies the files that came of it.
 *
 * @param {Site} site
 * @param {Bundle} bundle
 */
export function showShipped(site, bundle) {
  byId("shipped").replaceChildren(measured(bundle), sameLabel(bundle), files(bundle), software(site, bundle));
}

/** @param {Bundle} bundle */
function measured({ card: { metrics } }) {
  const rows = RUNTIMES.flatMap(([key, name]) => {
    const scores = metrics[key];
    return scores ? [[name, formatScore(scores.macro_f1), formatPercent(scores.accuracy)]] : [];
  });
  const caption = `Measured on ${formatCount(metrics.n)} texts of the ${metrics.split} split`;
  return table(caption, ["Runtime", "Macro-F1", "Accuracy"], rows);
}

/** @param {Bundle} bundle */
function sameLabel({ parity }) {
  const same = `As 8-bit integers ${formatPercent(parity.agreement)} of the texts get the label that PyTorch gave them`;
  const worst = parity.worst_class_f1_drop;
  return create(
    "p",
    {},
    worst === undefined ? `${same}.` : `${same}; the class that loses most loses ${formatScore(worst)} of its F1.`,
  );
}

/** @param {Bundle} bundle */
function files({ files }) {
  const rows = Object.entries(files).map(([role, { bytes, sha256 }]) => [
    FILES[/** @type {keyof typeof FILES} */ (role)] ?? role,
    formatSize(bytes),
    create("code", {}, sha256),
  ]);
  const caption = "Files of the model; each was checked against its SHA-256 when it was downloaded";
  return table(caption, ["File", "Size", "SHA-256"], rows, { class: "hashes" });
}

/**
 * @param {Site} site
 * @param {Bundle} bundle
 */
function software(site, bundle) {
  const packages = Object.entries({ ...site.packages, ...bundle.versions }).map((pair) => pair.join(" "));
  return create("p", { class: "note" }, `Site ${site.version}, model ${bundle.version}. ${packages.join(", ")}.`);
}

/** @param {number} bytes */
function formatSize(bytes) {
  return bytes < 1e5 ? `${formatCount(bytes)} bytes` : formatBytes(bytes);
}
