/** @typedef {{ text: string, label: string, probability: number, unsure: boolean }} Entry */

/** Entries that are kept. */
const KEPT = 30;

/**
 * @param {readonly Entry[]} entries the newest first
 * @param {Entry} entry
 * @returns {Entry[]} with the new one first, each text once. While somebody goes on with a text, its beginnings are no
 *   texts of their own.
 */
export function remember(entries, entry) {
  const others = entries.filter(({ text }, place) => text !== entry.text && !(place === 0 && entry.text.startsWith(text)));
  return [entry, ...others].slice(0, KEPT);
}
