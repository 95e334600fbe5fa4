const MEGABYTE = 1e6;

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
 * @returns {string} "62.3%"
 */
export function formatPercent(share) {
  if (share > 0 && share < 0.0005) return "<0.1%";
  return `${(share * 100).toFixed(1)}%`;
}

/**
 * @param {number} count
 * @returns {string} "2,541"
 */
export function formatCount(count) {
  return count.toLocaleString("en");
}

/**
 * @param {number} score between 0 and 1
 * @returns {string} "0.526"
 */
export function formatScore(score) {
  return score.toFixed(3);
}

/**
 * @param {number} duration
 * @returns {string} "12 ms" or "1.4 s"
 */
export function formatMilliseconds(duration) {
  return duration < 1000 ? `${Math.max(1, Math.round(duration))} ms` : `${(duration / 1000).toFixed(1)} s`;
}

/** @param {number} bytes */
function megabytes(bytes) {
  return (bytes / MEGABYTE).toFixed(1);
}
