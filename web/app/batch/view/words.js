import { formatBytes, formatCount } from "../../format.js";

/** @typedef {import("../types.js").Progress} Progress */

/** Bytes. Below, megabytes with one digit would say too little. */
const SMALL = 1e5;

/**
 * @param {number} count
 * @param {string} [one] of what is counted
 * @param {string} [many]
 * @returns {string} "1 row", "2,541 rows"
 */
export function rows(count, one = "row", many = `${one}s`) {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}

/**
 * @param {number} bytes
 * @returns {string} "3 kB", "37.4 MB"
 */
export function size(bytes) {
  return bytes < SMALL ? `${formatCount(Math.ceil(bytes / 1000))} kB` : formatBytes(bytes);
}

/**
 * @param {number | null} seconds
 * @returns {string} in plain words, no more exact than such an estimate can be; empty where there is none
 */
export function timeLeft(seconds) {
  if (seconds === null || !Number.isFinite(seconds)) return "";
  if (seconds < 5) return "a few seconds left";
  if (seconds < 55) return `about ${Math.ceil(seconds / 10) * 10} seconds left`;
  const minutes = Math.max(1, Math.round(seconds / 60));
  if (minutes < 90) return `about ${rows(minutes, "minute")} left`;
  return `about ${rows(Math.round(minutes / 60), "hour")} left`;
}

/**
 * @param {Progress} progress
 * @returns {string} one line beneath the bar
 */
export function pace({ done, failed, total, read, rowsPerSecond, secondsLeft, state }) {
  if (state === "reading") return read === undefined ? "Reading the file…" : `Reading the file: ${Math.floor(read * 100)}%`;
  const parts = [total === null ? rows(done) : `${formatCount(done)} of ${rows(total)}`];
  if (failed > 0) parts.push(`${formatCount(failed)} without an answer`);
  if (state === "paused") return [...parts, "paused"].join(" · ");
  if (rowsPerSecond > 0) parts.push(`${rowsPerSecond < 10 ? rowsPerSecond.toFixed(1) : formatCount(Math.round(rowsPerSecond))} rows a second`);
  const left = timeLeft(secondsLeft);
  return (left ? [...parts, left] : parts).join(" · ");
}

/**
 * @param {Progress} progress
 * @returns {number} how many quarters are done: 0 to 4
 */
export function quarters({ done, total }) {
  return total ? Math.floor((4 * done) / total) : 0;
}

/**
 * @param {Progress} progress
 * @returns {string} what the end of a run is said to be
 */
export function ending({ done, failed, total, state }) {
  const answered = `${state === "cancelled" ? "Cancelled" : "Finished"}: ${rows(done - failed)} answered`;
  const missing = failed > 0 ? `, ${formatCount(failed)} without an answer` : "";
  const rest = total !== null && total > done ? `, ${formatCount(total - done)} not reached` : "";
  return `${answered}${missing}${rest}.`;
}

/**
 * @param {number} shown
 * @param {number} all
 * @returns {string} how many rows a table shows
 */
export function shownOf(shown, all) {
  if (shown === 0) return all === 0 ? "There are no rows yet." : "No row fits. Show all rows, or search for something else.";
  return shown === all ? `${rows(all)}` : `${formatCount(shown)} of ${rows(all)}`;
}
