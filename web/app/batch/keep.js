import { openIndexed } from "./store/indexed.js";
import { openMemory } from "./store/memory.js";

/**
 * The rows of the one job there is, in chunks: what the store has, and a few chunks at hand.
 *
 * @typedef {import("./rows.js").Kept} Kept
 * @typedef {import("./protocol.js").Job} Job
 * @typedef {{ rows: Kept[], problems: Uint8Array<ArrayBuffer>, truths: Uint16Array<ArrayBuffer> }} Chunk
 */

/** Chunks that are at hand: a page of a table sorted by probability has its rows in as many. */
const AT_HAND = 48;

export class Keep {
  #store;
  /** @type {Map<number, Promise<Kept[]>>} */
  #atHand = new Map();

  /** @param {import("./store/types.js").Store} store */
  constructor(store) {
    this.#store = store;
  }

  /** @param {string} name */
  static async open(name) {
    return new Keep(await openIndexed(name).catch(openMemory));
  }

  get lasting() {
    return this.#store.lasting;
  }

  /** @returns {Promise<Job | undefined>} */
  async job() {
    return (await this.#store.get("job", [0]))[0];
  }

  /** @param {Job} job */
  async putJob(job) {
    await this.#store.put([["job", 0, job]]);
  }

  /**
   * @param {number} first number of the first one
   * @param {Chunk[]} chunks
   */
  async putChunks(first, chunks) {
    await this.#store.put(
      chunks.flatMap(({ rows, problems, truths }, place) => [
        ["cells", first + place, rows],
        ["facts", first + place, { problems, truths }],
      ]),
    );
  }

  /** @returns {Promise<{ facts: { problems: Uint8Array, truths: Uint16Array }[], answers: import("./protocol.js").Answers[] }>} */
  async found() {
    return { facts: await this.#store.all("facts"), answers: await this.#store.all("answers") };
  }

  /** @param {[number, import("./protocol.js").Answers][]} answers of chunks, as far as they are answered */
  async putAnswers(answers) {
    await this.#store.put(answers.map(([chunk, value]) => ["answers", chunk, value]));
  }

  /**
   * @param {number[]} chunks
   * @returns {Promise<Kept[][]>}
   */
  async rows(chunks) {
    const missing = chunks.filter((chunk) => !this.#atHand.has(chunk));
    const found = this.#read(missing);
    missing.forEach((chunk, place) => {
      const rows = found.then((all) => all[place] ?? []);
      rows.catch(() => this.#atHand.delete(chunk));
      this.#atHand.set(chunk, rows);
    });
    const rows = chunks.map((chunk) => this.#touch(chunk));
    for (const chunk of [...this.#atHand.keys()].slice(0, Math.max(0, this.#atHand.size - AT_HAND))) this.#atHand.delete(chunk);
    return Promise.all(rows);
  }

  /**
   * Rows that nobody will ask for again soon.
   *
   * @param {number[]} chunks
   * @returns {Promise<Kept[][]>}
   */
  async passing(chunks) {
    return this.#read(chunks);
  }

  async clear() {
    this.#atHand.clear();
    await this.#store.clear();
  }

  /** @param {number[]} chunks */
  async #read(chunks) {
    return /** @type {Kept[][]} */ (chunks.length === 0 ? [] : await this.#store.get("cells", chunks));
  }

  /** @param {number} chunk */
  #touch(chunk) {
    const rows = /** @type {Promise<Kept[]>} */ (this.#atHand.get(chunk));
    this.#atHand.delete(chunk);
    this.#atHand.set(chunk, rows);
    return rows;
  }
}
