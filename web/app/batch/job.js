import { ask } from "./client.js";
import { explain, BatchError, isAbort } from "./errors.js";
import { Pending } from "./pending.js";
import { Rate } from "./rate.js";
import { Runner } from "./runner.js";
import { Tally } from "./tally.js";

/**
 * @typedef {import("./types.js").Batch} Batch
 * @typedef {import("./types.js").Progress} Progress
 * @typedef {import("./types.js").Query} Query
 * @typedef {import("../../classifier/plain.js").Classifier} Classifier
 */

/** Milliseconds between two reports: a person reads no faster. */
const NEWS = 200;
const UNSTORED =
  "This window stores nothing: the table and its answers are gone as soon as the page is closed, and a table may be no larger than the memory allows.";

/** @implements {Batch} */
export class Job {
  #classifier;
  #tally;
  #rate = new Rate();
  #pending = new Pending((from, answers, transfer) => ask("answer", { from, answers }, { transfer }));
  #stop = new AbortController();
  /** @type {Promise<void> | null} */
  #running = null;
  /** @type {{ wait: Promise<void>, open: () => void } | null} */
  #gate = null;
  #told = 0;
  /** @type {(progress: Progress) => void} */
  #onProgress = () => {};

  /**
   * @param {Classifier} classifier
   * @param {Omit<import("./protocol.js").Opened, "total"> & { lasting: boolean, total: number | null }} opened
   */
  constructor(classifier, { source, choice, total, done, counts, lasting }) {
    this.#classifier = classifier;
    this.#tally = new Tally(classifier.labels, counts);
    this.source = source;
    this.choice = choice;
    /** @type {string | null} what a person should know before it runs */
    this.notice = lasting ? null : UNSTORED;
    /** @type {Progress} */
    this.progress = {
      done,
      failed: this.#tally.counts.failed,
      total,
      rowsPerSecond: 0,
      secondsLeft: null,
      state: total === null ? "reading" : done === total ? "finished" : "paused",
    };
  }

  /**
   * @param {(progress: Progress) => void} onProgress
   * @returns {Promise<void>}
   */
  async run(onProgress) {
    this.#onProgress = onProgress;
    this.#stop = new AbortController();
    this.#running ??= this.#run(this.#stop.signal).finally(() => (this.#running = null));
    return this.#running;
  }

  pause() {
    if (this.progress.state !== "running" || this.#gate) return;
    let open = () => {};
    const wait = /** @type {Promise<void>} */ (new Promise((resolve) => (open = () => resolve(undefined))));
    this.#gate = { wait, open };
    this.#rate.restart();
    this.#tell({ state: "paused" });
  }

  go() {
    if (!this.#gate) return;
    this.#gate.open();
    this.#gate = null;
    this.#tell({ state: "running" });
  }

  async cancel() {
    this.#stop.abort();
    this.#gate?.open();
    this.#gate = null;
    if (this.progress.state === "reading") await ask("stopReading");
    await this.#running?.catch(() => {});
  }

  /** @param {Query} query */
  count(query) {
    return ask("count", { query });
  }

  /**
   * @param {Query} query
   * @param {number} from
   * @param {number} to
   */
  rows(query, from, to) {
    return ask("rows", { query, from, to });
  }

  distribution() {
    return this.#tally.distribution();
  }

  evaluate() {
    return this.choice.labelColumn === null ? null : this.#tally.evaluate();
  }

  /**
   * @param {"csv" | "jsonl"} format
   * @param {{ escapeFormulae: boolean }} options
   */
  download(format, options) {
    return ask("download", { format, ...options });
  }

  async discard() {
    await this.cancel();
    await ask("discard");
  }

  /** @param {AbortSignal} signal */
  async #run(signal) {
    try {
      if (this.progress.total === null) await this.#read();
      signal.throwIfAborted();
      await this.#classify(Number(this.progress.total), signal);
      this.#tell({ state: "finished", secondsLeft: 0 });
    } catch (error) {
      const cancelled = signal.aborted && (isAbort(error) || error === signal.reason);
      this.#tell({ state: "cancelled", secondsLeft: null });
      if (!cancelled) throw error instanceof BatchError ? error : new BatchError(explain(error), error);
    }
  }

  async #read() {
    this.#tell({ state: "reading" });
    const { total, columns } = await ask("read", null, { onNews: ({ bytes }) => this.#tell({ read: bytes / Math.max(1, this.source.bytes) }) });
    this.source = { ...this.source, columns };
    this.progress = { ...this.progress, total };
    delete this.progress.read;
  }

  /**
   * @param {number} total
   * @param {AbortSignal} signal
   */
  async #classify(total, signal) {
    this.#rate.restart();
    this.#tell({ state: "running" });
    const { done } = this.progress;
    this.#pending.start(done);
    const runner = new Runner(this.#classifier, done, {
      texts: (from) => ask("texts", { from }),
      take: (answered) => this.#take(answered),
      wait: async () => this.#gate?.wait,
    });
    try {
      await runner.run(total, signal);
    } finally {
      await this.#pending.flush();
    }
  }

  /** @param {import("./runner.js").Answered} answered */
  async #take(answered) {
    const { problem, label, probability, unsure, truth } = answered;
    await this.#pending.add(answered);
    if (problem === 0) this.#tally.add(label, probability, unsure, truth);
    else this.#tally.addFailed();
    this.progress.done += 1;
    this.progress.failed = this.#tally.counts.failed;
    const now = performance.now();
    if (now - this.#told < NEWS) return;
    this.#rate.mark(now, this.progress.done);
    this.#tell({});
  }

  /**
   * @param {Partial<Progress>} change
   */
  #tell(change) {
    const { done, total } = this.progress;
    const runs = (change.state ?? this.progress.state) === "running";
    const rowsPerSecond = runs ? this.#rate.rowsPerSecond : this.progress.rowsPerSecond;
    const secondsLeft = runs && total !== null ? this.#rate.secondsFor(total - done) : null;
    this.progress = { ...this.progress, rowsPerSecond, secondsLeft, ...change };
    this.#told = performance.now();
    this.#onProgress(this.progress);
  }
}
