import { superseded } from "./errors.js";

/** Chunks that are looked through before others get their turn. */
const AT_ONCE = 16;

/**
 * Rows in whose text something stands. One search goes on at a time: another one takes its place, and the one before
 * rejects with an AbortError. While answers come in, it looks only through the rows that are new.
 */
export class Search {
  #needle = "";
  /** @type {number[]} */
  #found = [];
  #upTo = 0;
  /** @type {Promise<unknown>} */
  #running = Promise.resolve();

  /**
   * @param {string} needle
   * @param {import("./columns.js").Columns} columns
   * @param {(chunks: number[]) => Promise<string[][]>} textsOf the texts of chunks
   * @returns {Promise<Uint32Array>} rows that are done, ascending
   */
  async matches(needle, columns, textsOf) {
    const folded = needle.toLowerCase();
    if (folded !== this.#needle) {
      this.#needle = folded;
      this.#found = [];
      this.#upTo = 0;
    }
    // Two who ask for the same share what is found: each looks through what the other one left.
    const looking = this.#running.catch(() => {}).then(() => this.#look(folded, columns, textsOf));
    this.#running = looking;
    return looking;
  }

  /**
   * @param {string} needle
   * @param {import("./columns.js").Columns} columns
   * @param {(chunks: number[]) => Promise<string[][]>} textsOf
   */
  async #look(needle, columns, textsOf) {
    const { done } = columns;
    while (this.#needle === needle && this.#upTo < done) {
      const first = columns.chunkOf(this.#upTo);
      const last = columns.chunkOf(done - 1);
      const chunks = Array.from({ length: Math.min(AT_ONCE, last - first + 1) }, (_, place) => first + place);
      const texts = await textsOf(chunks);
      if (this.#needle !== needle) break;
      chunks.forEach((chunk, place) => this.#take(texts[place] ?? [], columns.start(chunk), done));
    }
    if (this.#needle !== needle) throw superseded();
    return Uint32Array.from(this.#found);
  }

  /**
   * @param {string[]} texts of a chunk
   * @param {number} start its first row
   * @param {number} done
   */
  #take(texts, start, done) {
    texts.forEach((text, place) => {
      const row = start + place;
      if (row < this.#upTo || row >= done) return;
      if (text.toLowerCase().includes(this.#needle)) this.#found.push(row);
      this.#upTo = row + 1;
    });
  }
}
