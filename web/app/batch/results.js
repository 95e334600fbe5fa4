import { Search } from "./search.js";
import { select } from "./select.js";
import { PROBLEMS, cellsOf, valueOf } from "./rows.js";
import { cellOf } from "./read/json.js";
import { Writer } from "./write/download.js";

/** Selections that are at hand: a table asks for the same one again with every scroll. */
const SELECTIONS = 4;
/** Chunks that a download reads at a time. */
const AT_ONCE = 16;

/**
 * @typedef {import("./types.js").Query} Query
 * @typedef {import("./rows.js").Kept} Kept
 */

/** The rows of an open job: what is left to answer, what was answered, and what somebody wants to see of it. */
export class Results {
  #job;
  #columns;
  #keep;
  #search = new Search();
  /** @type {Map<string, Uint32Array>} */
  #selections = new Map();

  /**
   * @param {import("./protocol.js").Job} job
   * @param {import("./columns.js").Columns} columns
   * @param {import("./keep.js").Keep} keep
   */
  constructor(job, columns, keep) {
    this.#job = job;
    this.#columns = columns;
    this.#keep = keep;
  }

  /**
   * @param {{ from: number }} call
   * @returns {Promise<import("./protocol.js").Texts>} the rest of the chunk in which that row lies
   */
  async texts({ from }) {
    const columns = this.#columns;
    const chunk = columns.chunkOf(from);
    const to = columns.start(chunk + 1);
    const rows = (await this.#keep.passing([chunk]))[0] ?? [];
    const problems = columns.problems.slice(from, to);
    const texts = rows.slice(from - columns.start(chunk)).map((kept, place) => (problems[place] === 0 ? this.#text(kept) : ""));
    return { from, texts, problems, truths: columns.truths.slice(from, to) };
  }

  /**
   * Commits answers, in the order of the rows: with those before them they make a beginning without a gap.
   *
   * @param {{ from: number, answers: import("./protocol.js").Answers }} call
   */
  async answer({ from, answers }) {
    const columns = this.#columns;
    if (from !== columns.done) throw new Error(`answers from row ${from} on, where row ${columns.done} is next`);
    const before = columns.answers(from, from + answers.labels.length);
    columns.setAnswers(from, answers);
    const [first, last] = [columns.chunkOf(from), columns.chunkOf(columns.done - 1)];
    const chunks = Array.from({ length: last - first + 1 }, (_, place) => first + place);
    try {
      await this.#keep.putAnswers(
        chunks.map((chunk) => [chunk, columns.answers(columns.start(chunk), Math.min(columns.done, columns.start(chunk + 1)))]),
      );
    } catch (error) {
      columns.setAnswers(from, before);
      columns.done = from;
      throw error;
    }
  }

  /** @param {{ query: Query }} call */
  async count({ query }) {
    return (await this.#select(query)).length;
  }

  /** @param {{ query: Query, from: number, to: number }} call */
  async rows({ query, from, to }) {
    const columns = this.#columns;
    const wanted = [...(await this.#select(query)).subarray(from, to)];
    const chunks = [...new Set(wanted.map((row) => columns.chunkOf(row)))];
    const found = await this.#keep.rows(chunks);
    const byChunk = new Map(chunks.map((chunk, place) => [chunk, found[place] ?? []]));
    return wanted.map((row) => {
      const chunk = columns.chunkOf(row);
      return this.#row(row, /** @type {Kept} */ (byChunk.get(chunk)?.[row - columns.start(chunk)]));
    });
  }

  /** @param {{ format: "csv" | "jsonl", escapeFormulae: boolean }} call */
  async download({ format, escapeFormulae }) {
    const columns = this.#columns;
    const { source, labels } = this.#job;
    const writer = new Writer(format, escapeFormulae, { source, columns, labels });
    /** @type {BlobPart[]} */
    const parts = [writer.heading()];
    const count = columns.starts.length - 1;
    for (let first = 0; first < count; first += AT_ONCE) {
      const chunks = Array.from({ length: Math.min(AT_ONCE, count - first) }, (_, place) => first + place);
      const found = await this.#keep.passing(chunks);
      // As a Blob the browser may put it aside; as a string it would stay in memory.
      parts.push(new Blob(found.map((rows, place) => writer.write(rows, columns.start(first + place)))));
    }
    const type = format === "csv" ? "text/csv;charset=utf-8" : "application/x-ndjson";
    return new Blob(parts, { type });
  }

  /**
   * @param {Query} query
   * @returns {Promise<Uint32Array>}
   */
  async #select(query) {
    const needle = query.search?.trim() ?? "";
    const columns = this.#columns;
    const matches = needle === "" ? null : await this.#search.matches(needle, columns, (chunks) => this.#textsOf(chunks));
    const key = JSON.stringify([columns.done, query.label, query.truth, query.unsureOnly, query.failedOnly, needle, query.sort, query.descending]);
    const known = this.#selections.get(key);
    if (known) return known;
    const made = select(query, columns, this.#job.labels, matches);
    this.#selections.set(key, made);
    for (const old of [...this.#selections.keys()].slice(0, -SELECTIONS)) this.#selections.delete(old);
    return made;
  }

  /** @param {number[]} chunks */
  async #textsOf(chunks) {
    return (await this.#keep.passing(chunks)).map((rows) => rows.map((kept) => this.#text(kept)));
  }

  /** @param {Kept} kept */
  #text(kept) {
    return cellOf(valueOf(kept, this.#job.choice.textColumn, this.#job.source.columns));
  }

  /**
   * @param {number} row
   * @param {Kept} kept
   * @returns {import("./types.js").BatchRow}
   */
  #row(row, kept) {
    const columns = this.#columns;
    const { choice, source, labels } = this.#job;
    const problem = Number(columns.problems[row]);
    const answered = problem === 0;
    return {
      index: row,
      cells: cellsOf(kept, source.columns),
      text: this.#text(kept),
      label: answered ? (labels[Number(columns.labels[row])] ?? null) : null,
      probability: answered ? Number(columns.probabilities[row]) : null,
      unsure: answered && columns.unsure[row] === 1,
      truth: choice.labelColumn === null ? null : cellOf(valueOf(kept, choice.labelColumn, source.columns)).trim(),
      error: answered ? null : (PROBLEMS[problem] ?? null),
    };
  }
}
