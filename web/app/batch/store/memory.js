import { BatchError } from "../errors.js";

/** Characters that are held, at most, where nothing can be stored: a phone has little more to give. */
export const HELD = 40_000_000;

/** @returns {import("./types.js").Store} one that ends with the page, for browsers that keep nothing */
export function openMemory() {
  /** @type {Map<string, Map<number, any>>} */
  const shelves = new Map();
  let held = 0;
  const shelf = (/** @type {string} */ name) => {
    const found = shelves.get(name) ?? new Map();
    shelves.set(name, found);
    return found;
  };
  return {
    lasting: false,
    async put(entries) {
      for (const [name, , value] of entries) if (name === "cells") held += JSON.stringify(value).length;
      if (held > HELD) {
        const size = `${HELD / 1e6} million characters`;
        throw new BatchError(`This window stores nothing, so that it can take no table of more than ${size}: open the page in a usual window, or choose a smaller file.`);
      }
      for (const [name, key, value] of entries) shelf(name).set(key, value);
    },
    get: async (name, keys) => keys.map((key) => shelf(name).get(key)),
    all: async (name) => [...shelf(name)].sort(([a], [b]) => a - b).map(([, value]) => value),
    async clear() {
      shelves.clear();
      held = 0;
    },
  };
}
