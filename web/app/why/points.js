import { formatNumber } from "../format.js";

/**
 * @param {number} weight a difference of probabilities
 * @param {string} [lang]
 * @returns {string} "+12.3" or "−4.0", in percentage points
 */
export function formatPoints(weight, lang) {
  const tenths = Math.round(Math.abs(weight) * 1000) / 10;
  const sign = tenths === 0 ? "" : weight < 0 ? "−" : "+";
  return sign + formatNumber(tenths, 1, lang);
}
