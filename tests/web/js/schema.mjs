// As much of JSON Schema (draft 2020-12) as bundle.schema.json uses; a keyword that is not known here fails.

const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
const TYPES = {
  object: isObject,
  array: Array.isArray,
  string: (value) => typeof value === "string",
  number: Number.isFinite,
  integer: Number.isInteger,
  null: (value) => value === null,
};
const text = (value) => typeof value === "string";
const number = (value) => typeof value === "number";

/** Each says whether the value is all right; those for another type of value have no say. */
const KEYWORDS = {
  type: (wanted, value) => [wanted].flat().some((type) => TYPES[type](value)),
  const: (wanted, value) => value === wanted,
  enum: (wanted, value) => wanted.includes(value),
  pattern: (wanted, value) => !text(value) || new RegExp(wanted, "u").test(value),
  minLength: (wanted, value) => !text(value) || value.length >= wanted,
  maxLength: (wanted, value) => !text(value) || value.length <= wanted,
  minimum: (wanted, value) => !number(value) || value >= wanted,
  maximum: (wanted, value) => !number(value) || value <= wanted,
  exclusiveMinimum: (wanted, value) => !number(value) || value > wanted,
  minItems: (wanted, value) => !Array.isArray(value) || value.length >= wanted,
  uniqueItems: (_, value) => !Array.isArray(value) || new Set(value.map((item) => JSON.stringify(item))).size === value.length,
  required: (wanted, value) => !isObject(value) || wanted.every((key) => Object.hasOwn(value, key)),
};
const SILENT = new Set(["$schema", "$id", "$defs", "title", "description", "default"]);

/** @returns {string[]} where the value is not what the schema says, and by which keyword */
export function violations(schema, value, root = schema, at = "") {
  const found = [];
  for (const [keyword, wanted] of Object.entries(schema)) {
    if (SILENT.has(keyword)) continue;
    if (keyword === "$ref") {
      const target = wanted.split("/").slice(1).reduce((node, key) => node[key], root);
      found.push(...violations(target, value, root, at));
    } else if (keyword === "items") {
      if (Array.isArray(value)) value.forEach((item, i) => found.push(...violations(wanted, item, root, `${at}/${i}`)));
    } else if (keyword === "properties") {
      for (const key of isObject(value) ? Object.keys(value) : []) {
        if (Object.hasOwn(wanted, key)) found.push(...violations(wanted[key], value[key], root, `${at}/${key}`));
      }
    } else if (keyword === "additionalProperties") {
      for (const key of isObject(value) ? Object.keys(value) : []) {
        if (Object.hasOwn(schema.properties ?? {}, key)) continue;
        if (wanted === false) found.push(`${at}/${key}: not known`);
        else found.push(...violations(wanted, value[key], root, `${at}/${key}`));
      }
    } else if (!KEYWORDS[keyword](wanted, value)) found.push(`${at}: ${keyword}`);
  }
  return found;
}
