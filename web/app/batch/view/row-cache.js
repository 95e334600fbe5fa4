import { latestOnly } from "../../latest.js";

/** @typedef {import("../types.js").BatchRow} BatchRow */

const PAGE = 64;
/** Pages kept: what a person who scrolls to and fro comes back to. */
const KEPT = 40;

/** Rows of one query, fetched by the page as they come into sight. */
export class RowCache {
  /** @type {Map<number, BatchRow[]>} in the order in which they were last asked for */
  #pages = new Map();
  /** @type {Set<number>} pages that are shown until they have been fetched again */
  #stale = new Set();
  #count = 0;
  #fetch;
  #ask;

  /**
   * @param {(from: number, to: number) => Promise<BatchRow[]>} fetch
   * @param {() => void} onRows when some have come in
   * @param {(error: unknown) => void} onError
   */
  constructor(fetch, onRows, onError) {
    this.#fetch = fetch;
    this.#ask = latestOnly(async (/** @type {number[]} */ pages) => {
      try {
        for (const page of pages) await this.#load(page);
        if (pages.length > 0) onRows();
      } catch (error) {
        if (!isSuperseded(error)) onError(error);
      }
    });
  }

  /**
   * There are that many rows now. What is known of them may have changed.
   *
   * @param {number} count
   */
  grow(count) {
    this.#count = count;
    for (const page of this.#pages.keys()) this.#stale.add(page);
  }

  /**
   * @param {number} position
   * @returns {BatchRow | undefined}
   */
  get(position) {
    return this.#pages.get(Math.floor(position / PAGE))?.[position % PAGE];
  }

  /**
   * Fetches what is missing of some rows; of several wishes only the newest is granted.
   *
   * @param {number} first
   * @param {number} last the one after the last
   */
  want(first, last) {
    const missing = [];
    for (let page = Math.floor(first / PAGE); page * PAGE < last; page += 1) {
      if (!this.#pages.has(page) || this.#stale.has(page)) missing.push(page);
    }
    this.#ask(missing);
  }

  /** @param {number} page */
  async #load(page) {
    if (this.#pages.has(page) && !this.#stale.has(page)) return; // it came with the wish before
    const rows = await this.#fetch(page * PAGE, Math.min(this.#count, (page + 1) * PAGE));
    this.#stale.delete(page);
    this.#pages.delete(page);
    this.#pages.set(page, rows);
    for (const oldest of this.#pages.keys()) {
      if (this.#pages.size <= KEPT) break;
      this.#pages.delete(oldest);
      this.#stale.delete(oldest);
    }
  }
}

/**
 * @param {unknown} error
 * @returns {boolean} whether a newer search has taken the place of the one that was waited for
 */
export function isSuperseded(error) {
  return error instanceof Error && error.name === "AbortError";
}
