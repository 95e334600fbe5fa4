import { formatBytes, formatCount, formatPercent, formatScore } from "../format.js";
import { byId, create } from "./dom.js";

/**
 * @typedef {import("../../classifier/plain.js").Bundle} Bundle
 * @typedef {import("../site.js").Site} Site
 * @typedef {import("../../classifier/plain.js").Bundle["card"]["metrics"]} Metrics
 */

/** @type {[key: "torch" | "onnx_fp32" | "onnx_int8" | "browser_int8", name: string][]} */
const RUNTIMES = [
  ["torch", "PyTorch, as trained"],
  ["onnx_fp32", "ONNX, 32-bit floats"],
  ["onnx_int8", "ONNX, 8-bit integers"],
  ["browser_int8", "The same in a browser"],
];

/**
 * @param {HTMLElement} _root
 * @param {import("../tools.js").Page} page
 */
export async function open(_root, page) {
  const [site, { bundle, report }] = await Promise.all([page.site(), page.classifier()]);
  byId("figures").replaceChildren(...runtimeRows(bundle.card.metrics));
  const all = facts(site, bundle, report.threads);
  byId("facts").replaceChildren(...all.flatMap(([term, value]) => describeFact(term, value)));
}

/** @param {Metrics} metrics */
function runtimeRows(metrics) {
  return RUNTIMES.filter(([key]) => metrics[key]).map(([key, name]) =>
    create(
      "tr",
      { "data-runtime": key },
      create("th", { scope: "row" }, name),
      create("td", {}, optional(metrics[key]?.macro_f1, formatScore)),
      create("td", {}, optional(metrics[key]?.accuracy, formatPercent)),
    ),
  );
}

/**
 * @param {Site} site
 * @param {Bundle} bundle
 * @param {number} threads
 * @returns {[term: string, value: string][]} what the bundle does not say is left out
 */
function facts({ version, download_bytes, packages }, { labels, card, parity, versions }, threads) {
  const { metrics, calibration } = card;
  /** @type {[string, string][]} */
  const all = [
    ["Same label as PyTorch", optional(parity.agreement, formatPercent)],
    ["Largest loss of a class", optional(parity.worst_class_f1_drop, (drop) => `${formatScore(drop)} F1`)],
    ["Measured on", optional(metrics.n, (n) => `${formatCount(n)} texts, ${metrics.split ?? "held out"} split`)],
    ["Sure of its answer", sureFact(calibration)],
    ["Right or a near-synonym", optional(calibration.family_accuracy, formatPercent)],
    ["Calibration error", optional(calibration.ece, formatScore)],
    ["Labels", formatCount(labels.length)],
    ["Parameters", optional(card.parameters, (n) => `${(n / 1e6).toFixed(1)} million`)],
    ["Download", `${formatBytes(download_bytes)}, once`],
    ["Fine-tuned from", card.base.id],
    ["Architecture", card.architecture],
    ["Training run", card.run],
    ["Data", card.data],
    ["Licence", card.license],
    ["Software", Object.entries({ ...packages, ...versions }).map((pair) => pair.join(" ")).join(", ")],
    ["Build", version],
    ["Runs on", threads === 1 ? "1 thread" : `${threads} threads`],
  ];
  return all.filter(([, value]) => value !== "");
}

/** @param {Bundle["card"]["calibration"]} calibration */
function sureFact({ sure_coverage: coverage, sure_accuracy: accuracy }) {
  if (typeof coverage !== "number" || typeof accuracy !== "number") return "";
  return `${formatPercent(coverage)} of the texts, ${formatPercent(accuracy)} of them right`;
}

/**
 * @param {string} term
 * @param {string} value
 */
function describeFact(term, value) {
  return [create("dt", {}, term), create("dd", {}, value)];
}

/**
 * @param {number | undefined} value
 * @param {(value: number) => string} format
 */
function optional(value, format) {
  return typeof value === "number" ? format(value) : "";
}
