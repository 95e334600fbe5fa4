const MEGABYTE = 1e6;

/** The language of the page, by which numbers are written. */
const LANG = globalThis.document?.documentElement.lang || "en";

/** @type {Map<number, Intl.NumberFormat>} by digits after the point */
const formats = new Map();

/**
 * @param {number} value
 * @param {number} digits after the point
 * @param {string} [lang]
 * @returns {string} "2,541.0"
 */
export function formatNumber(value, digits, lang = LANG) {
  const make = () => new Intl.NumberFormat(lang, { minimumFractionDigits: digits, maximumFractionDigits: digits });
  if (lang !== LANG) return make().format(value);
  const format = formats.get(digits) ?? make();
  formats.set(digits, format);
  return format.format(value);
}

/**
 * @param {number} bytes
 * @returns {string} "37.4 MB"
 */
export function formatBytes(bytes) {
  return `${megabytes(bytes)} MB`;
}

/**
 * @param {number} loaded
 * @param {number} total
 * @returns {string} "12.3 of 37.4 MB"
 */
export function formatByteProgress(loaded, total) {
  return `${megabytes(loaded)} of ${formatBytes(total)}`;
}

/**
 * @param {number} share between 0 and 1
 * @returns {number} in thousandths, as it is shown: what is added up is added up from these
 */
export function perMille(share) {
  return Math.round(share * 1000);
}

/**
 * @param {number} share between 0 and 1
 * @param {string} [lang]
 * @returns {string} "62.3%"
 */
export function formatPercent(share, lang = LANG) {
  const percent = (/** @type {number} */ thousandths) =>
    new Intl.NumberFormat(lang, { style: "percent", minimumFractionDigits: 1, maximumFractionDigits: 1 }).format(thousandths / 1000);
  return share > 0 && share < 0.0005 ? `<${percent(1)}` : percent(perMille(share));
}

/**
 * @param {number} count
 * @returns {string} "2,541"
 */
export function formatCount(count) {
  return formatNumber(count, 0);
}

/**
 * @param {number} score between 0 and 1
 * @returns {string} "0.526"
 */
export function formatScore(score) {
  return formatNumber(score, 3);
}

/**
 * @param {number} duration
 * @returns {string} "12 ms" or "1.4 s"
 */
export function formatMilliseconds(duration) {
  return duration < 1000 ? `${Math.max(1, Math.round(duration))} ms` : `${formatNumber(duration / 1000, 1)} s`;
}

/** @param {number} bytes */
function megabytes(bytes) {
  return formatNumber(bytes / MEGABYTE, 1);
}
