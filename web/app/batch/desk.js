import { Columns } from "./columns.js";
import { BatchError } from "./errors.js";
import { Keep } from "./keep.js";
import { loadPapa } from "./papa.js";
import { TableReader } from "./read/table.js";
import { readTable } from "./reading.js";
import { Results } from "./results.js";
import { cellsOf } from "./rows.js";
import { Lock } from "./store/lock.js";
import { suggest } from "./suggest.js";
import { tallyOf } from "./tally.js";

/**
 * @typedef {import("./protocol.js").Job} Job
 * @typedef {import("./types.js").Source} Source
 */

/** Rows that are shown before anything is run, and rows that suggestions go by. */
const SHOWN = 20;
const LOOKED_AT = 200;
const GONE = "The table is no longer there: choose the file again.";

/** What the worker does: one job at a time, its rows in the store and some bytes of each at hand. */
export class Desk {
  #keep;
  #lock;
  /** @type {{ job: Job, columns: Columns, results: Results } | null} */
  #open = null;
  /** @type {Blob | null} */
  #file = null;
  #reading = new AbortController();

  /** @param {string} name of the site, whose jobs those of other sites of this origin leave alone */
  constructor(name) {
    this.#keep = Keep.open(name);
    this.#lock = new Lock(name);
  }

  /** @param {{ file: Blob, name: string, labels: string[] }} call */
  async preview({ file, name, labels }) {
    const table = new TableReader(await loadPapa(), file, name);
    /** @type {import("./rows.js").Kept[]} */
    const rows = [];
    for await (const found of table.rows()) {
      rows.push(...found.slice(0, LOOKED_AT - rows.length).map(({ kept }) => kept));
      if (rows.length === LOOKED_AT) break;
    }
    if (rows.length === 0) throw new BatchError(`${name} has no rows below its heading: choose a file with texts in it.`);
    const columns = table.columns;
    if (columns.length === 0) throw new BatchError(`${name} has no columns: give every line a JSON object such as {"text": "…"}.`);
    const cells = rows.map((kept) => cellsOf(kept, columns));
    return {
      name,
      bytes: file.size,
      format: table.format,
      columns,
      preview: cells.slice(0, SHOWN).map((row) => row.slice(0, columns.length)),
      ...suggest(columns, cells, labels),
    };
  }

  /** @param {{ file: Blob, job: Job }} call */
  async begin({ file, job }) {
    await this.#lock.take();
    this.#open = null;
    try {
      const keep = await this.#keep;
      await keep.clear();
      this.#file = file;
      this.#set(job, new Columns(), keep);
      return { lasting: keep.lasting };
    } finally {
      if (this.#open === null) this.#lock.release();
    }
  }

  /**
   * @param {null} _value
   * @param {(news: { rows: number, bytes: number }) => void} onNews
   */
  async read(_value, onNews) {
    const { job } = this.#opened();
    const file = this.#file;
    if (file === null) throw new BatchError(GONE);
    const { signal } = (this.#reading = new AbortController());
    const keep = await this.#keep;
    // What a reading that failed left there would come twice.
    await keep.clear();
    await keep.putJob(job);
    const columns = new Columns();
    const table = new TableReader(await loadPapa(), file, job.source.name);
    await readTable(table, job, keep, columns, onNews, signal);
    const whole = { ...job, source: { ...job.source, columns: table.columns }, whole: true };
    await keep.putJob(whole);
    this.#set(whole, columns, keep);
    this.#file = null;
    return { total: columns.total, columns: table.columns };
  }

  stopReading() {
    this.#reading.abort();
  }

  /** @param {{ model: string }} call */
  async left({ model }) {
    if (this.#open !== null || !(await this.#lock.tryToTake())) return null;
    try {
      const keep = await this.#keep;
      const job = await keep.job();
      if (job === undefined) return null;
      // One that was not read to its end, or is of another model, nobody can go on with.
      if (!job.whole || job.model !== model) {
        await keep.clear();
        return null;
      }
      const columns = await restore(keep);
      return { name: job.source.name, done: columns.done, total: columns.total, choice: job.choice };
    } finally {
      this.#lock.release();
    }
  }

  /** @param {{ model: string }} call */
  async resume({ model }) {
    await this.#lock.take();
    const keep = await this.#keep;
    const job = await keep.job();
    if (job === undefined || !job.whole || job.model !== model) {
      this.#lock.release();
      throw new BatchError(GONE);
    }
    const columns = await restore(keep);
    this.#set(job, columns, keep);
    const rows = (await keep.rows([0]))[0] ?? [];
    const preview = rows.slice(0, SHOWN).map((kept) => cellsOf(kept, job.source.columns));
    const { total, done } = columns;
    return { source: { ...job.source, preview }, choice: job.choice, total, done, counts: tallyOf(job.labels, columns).counts };
  }

  async discard() {
    await this.#lock.take();
    this.#open = null;
    this.#file = null;
    await (await this.#keep).clear();
    this.#lock.release();
  }

  /** @returns {Results} what is known of the rows */
  get results() {
    return this.#opened().results;
  }

  #opened() {
    if (this.#open === null) throw new BatchError(GONE);
    return this.#open;
  }

  /**
   * @param {Job} job
   * @param {Columns} columns
   * @param {Keep} keep
   */
  #set(job, columns, keep) {
    this.#open = { job, columns, results: new Results(job, columns, keep) };
  }
}

/**
 * @param {Keep} keep
 * @returns {Promise<Columns>} as they were when the last answers were committed
 */
async function restore(keep) {
  const { facts, answers } = await keep.found();
  const columns = new Columns();
  for (const { problems, truths } of facts) columns.addRows(problems, truths);
  answers.forEach((found, chunk) => columns.setAnswers(columns.start(chunk), found));
  return columns;
}
