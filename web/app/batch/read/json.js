/**
 * @param {string} line
 * @returns {Record<string, unknown> | null} null for what is no JSON object
 */
export function parseObject(line) {
  try {
    const value = JSON.parse(line);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value : null;
  } catch {
    return null;
  }
}

/**
 * @param {unknown} value
 * @returns {string} as a cell of a table
 */
export function cellOf(value) {
  if (value === null || value === undefined) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}
