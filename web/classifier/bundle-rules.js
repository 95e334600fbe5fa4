import { isAllowed } from "./locate.js";

/**
 * What a value must be. It answers with what is wrong, as the sentence "The file bundle.json ..." goes on; empty when
 * nothing is.
 *
 * @typedef {(value: any, path: string) => string} Rule
 */

/**
 * @param {string} what
 * @param {(value: any) => boolean} test
 * @returns {Rule}
 */
const is = (what, test) => (value, path) => (test(value) ? "" : `has a "${path}" that is not ${what}`);

const isNumber = Number.isFinite;
/** @param {unknown[]} items */
const differ = (items) => new Set(items).size === items.length;

const anyText = is("a text", (value) => typeof value === "string");
const name = is("a text of a letter or more", (value) => typeof value === "string" && value !== "");
const count = is("a whole number above zero", (value) => Number.isInteger(value) && value > 0);
const share = is("a number from 0 to 1", (value) => isNumber(value) && value >= 0 && value <= 1);
const shareOrNull = is("a number from 0 to 1, or null", (value) => value === null || share(value, "") === "");
const difference = is("a number from -1 to 1", (value) => isNumber(value) && Math.abs(value) <= 1);
const sha256 = is("a SHA-256 in lower-case hex", (value) => typeof value === "string" && /^[0-9a-f]{64}$/.test(value));

/**
 * @param {Record<string, Rule>} required
 * @param {Record<string, Rule>} [optional]
 * @returns {Rule} for an object with these fields and no others
 */
const record = (required, optional = {}) => (value, path) => {
  if (!isObject(value)) return path === "" ? "holds no object" : `has a "${path}" that is not an object`;
  const at = (/** @type {string} */ key) => (path === "" ? key : `${path}.${key}`);
  const missing = Object.keys(required).find((key) => !Object.hasOwn(value, key));
  if (missing !== undefined) return `has no "${at(missing)}"`;
  for (const [key, field] of Object.entries(value)) {
    const rules = Object.hasOwn(required, key) ? required : optional;
    const rule = Object.hasOwn(rules, key) ? rules[key] : undefined;
    const problem = rule ? rule(field, at(key)) : `has a "${at(key)}" that this version does not know`;
    if (problem !== "") return problem;
  }
  return "";
};

/**
 * @param {Rule} item
 * @param {number} least
 * @param {boolean} [different]
 * @returns {Rule}
 */
const list = (item, least, different = false) => (value, path) => {
  if (!Array.isArray(value) || value.length < least) return `has a "${path}" that is not a list of ${least} or more`;
  if (different && !differ(value)) return `has a "${path}" that holds something twice`;
  return firstProblem(value.map((entry, index) => item(entry, `${path}[${index}]`)));
};

/** @type {Rule} */
const versions = (value, path) => {
  if (!isObject(value)) return `has a "${path}" that is not an object`;
  return firstProblem(Object.entries(value).map(([key, version]) => anyText(version, `${path}.${key}`)));
};

const PATH = /^[A-Za-z0-9_-][A-Za-z0-9_.-]*(\/[A-Za-z0-9_-][A-Za-z0-9_.-]*)*$/;

/**
 * @param {readonly string[]} allowOrigins
 * @returns {Rule}
 */
const file = (allowOrigins) => {
  const isPath = (/** @type {any} */ value) => typeof value === "string" && (PATH.test(value) || isAllowed(value, allowOrigins));
  const path = is("a path below the bundle, outside of its own folder", isPath);
  const content = record({ bytes: count, sha256 });
  return record({ path, bytes: count, sha256 }, { content });
};

const scores = record({ accuracy: share, macro_f1: share });

const card = record({
  run: name,
  architecture: name,
  base: record({ source: name, id: name }),
  parameters: count,
  data: name,
  license: name,
  citation: anyText,
  intended_use: anyText,
  limits: anyText,
  metrics: record({ split: name, n: count, torch: scores, onnx_fp32: scores, onnx_int8: scores }, { browser_int8: scores }),
  calibration: record({
    split: name,
    ece: share,
    sure_coverage: share,
    sure_accuracy: shareOrNull,
    family_accuracy: share,
  }),
});

/**
 * What bundle.schema.json says, by hand: a schema reader would be larger than all of the library.
 *
 * @param {readonly string[]} allowOrigins whose addresses may stand in place of a path
 * @returns {Rule}
 */
export function bundleRule(allowOrigins) {
  const one = file(allowOrigins);
  return record(
    {
      schema_version: is("3", (value) => value === 3),
      version: is("16 digits in lower-case hex", (value) => typeof value === "string" && /^[0-9a-f]{16}$/.test(value)),
      labels: list(name, 2, true),
      families: list(list(name, 2, true), 0),
      max_length: is("a whole number of 3 or more", (value) => Number.isInteger(value) && value >= 3),
      temperature: is("a number above zero", (value) => isNumber(value) && value > 0),
      unsure_below: shareOrNull,
      graph_optimization_level: is("a graph optimization level", (value) =>
        ["disabled", "basic", "extended", "all"].includes(value),
      ),
      files: record({ model: one, tokenizer: one, tokenizer_config: one, golden: one }),
      card,
      parity: record({ reference: name, agreement: share, macro_f1_difference: difference }, { worst_class_f1_drop: difference }),
      versions,
    },
    { temperature_slope: is("a number", isNumber) },
  );
}

/**
 * @param {any} value
 * @returns {boolean}
 */
function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** @param {string[]} problems */
function firstProblem(problems) {
  return problems.find((problem) => problem !== "") ?? "";
}
