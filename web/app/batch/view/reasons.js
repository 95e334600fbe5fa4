/**
 * @typedef {import("../types.js").Batch} Batch
 */

const PAGE = 500;

/**
 * Why rows have no answer, and how many each time.
 *
 * @param {Batch} batch
 * @returns {Promise<[reason: string, count: number][]>} the most frequent one first
 */
export async function countReasons(batch) {
  /** @type {Map<string, number>} */
  const counts = new Map();
  const total = await batch.count({ failedOnly: true });
  for (let from = 0; from < total; from += PAGE) {
    for (const { error } of await batch.rows({ failedOnly: true }, from, Math.min(total, from + PAGE))) {
      const reason = error ?? "not reached";
      counts.set(reason, (counts.get(reason) ?? 0) + 1);
    }
  }
  return [...counts].sort(([, a], [, b]) => b - a);
}
