/**
 * Which of many rows of one height a scrolled window shows, and where.
 *
 * @typedef {object} Window
 * @property {number} scrollTop pixels
 * @property {number} height pixels in which rows can be seen
 * @property {number} rowHeight pixels
 * @property {number} count of rows
 *
 * @typedef {object} Placement
 * @property {number} first row to be drawn
 * @property {number} last the one after the last
 * @property {number} before pixels above the first
 * @property {number} after pixels below the last
 */

/**
 * Pixels. Browsers draw nothing taller than some 17 million (Firefox) or 33 million (Chromium); where the rows are,
 * the scroll bar stands for a share of them.
 */
export const TALLEST = 8_000_000;
/** Rows drawn above and below, so that scrolling seldom meets a blank. */
const SPARE = 6;

/**
 * @param {Window} window
 * @returns {Placement}
 */
export function place(window) {
  const { scrollTop, height, rowHeight, count } = window;
  const { tall, stretch } = measure(window);
  const at = Math.min(Math.max(0, scrollTop), Math.max(0, tall - height)) * stretch;
  const spare = stretch === 1 ? SPARE : 0;
  const first = Math.max(0, Math.floor(at / rowHeight) - spare);
  const last = Math.min(count, Math.ceil((at + height) / rowHeight) + spare);
  const drawn = (last - first) * rowHeight;
  const before = Math.min(Math.max(0, at / stretch - at + first * rowHeight), Math.max(0, tall - drawn));
  return { first, last, before, after: Math.max(0, tall - before - drawn) };
}

/**
 * @param {number} row
 * @param {Window} window
 * @returns {number} the next scrollTop at which the whole row is seen
 */
export function reveal(row, window) {
  const { scrollTop, height, rowHeight } = window;
  const { stretch } = measure(window);
  const at = scrollTop * stretch;
  const top = row * rowHeight;
  if (top < at) return top / stretch;
  if (top + rowHeight > at + height) return Math.max(0, top + rowHeight - height) / stretch;
  return scrollTop;
}

/** @param {Window} window */
function measure({ height, rowHeight, count }) {
  const whole = count * rowHeight;
  const tall = Math.min(whole, Math.max(TALLEST, height));
  return { tall, stretch: tall > height ? (whole - height) / (tall - height) : 1 };
}
