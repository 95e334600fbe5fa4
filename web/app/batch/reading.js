import { BatchError } from "./errors.js";
import { problemOf, truthOf } from "./rows.js";

/** Rows of a chunk, which is committed and sent as one; fewer where they are long. */
const ROWS = 200;
const CHARACTERS = 256_000;
/** Milliseconds between two reports. */
const NEWS = 200;

/**
 * Reads a whole table into the store, chunk by chunk, so that its end is known before the first answer.
 *
 * @param {import("./read/table.js").TableReader} table
 * @param {import("./protocol.js").Job} job
 * @param {import("./keep.js").Keep} keep
 * @param {import("./columns.js").Columns} columns filled with what is found out
 * @param {(news: { rows: number, bytes: number }) => void} onNews
 * @param {AbortSignal} signal
 * @returns {Promise<void>}
 */
export async function readTable(table, job, keep, columns, onNews, signal) {
  const places = new Map(job.labels.map((label, place) => [label, place]));
  const { textColumn, labelColumn } = job.choice;
  let [bytes, told, widest, chunks] = [0, 0, 0, 0];
  /** @type {import("./read/table.js").Row[]} */
  let waiting = [];

  const store = async (/** @type {boolean} */ all) => {
    const names = table.columns;
    const cut = cutChunks(waiting, all);
    waiting = cut.left;
    const made = cut.chunks.map((rows) => ({
      rows: rows.map(({ kept }) => kept),
      problems: Uint8Array.from(rows, (row) => problemOf(row, textColumn, names, table.width)),
      truths: Uint16Array.from(rows, ({ kept }) => truthOf(kept, labelColumn, names, places)),
    }));
    if (made.length === 0) return;
    await keep.putChunks(chunks, made);
    chunks += made.length;
    for (const { problems, truths } of made) columns.addRows(problems, truths);
  };

  for await (const rows of table.rows((read) => (bytes = read))) {
    for (const row of rows) {
      waiting.push(row);
      if (typeof row.kept !== "string") widest = Math.max(widest, row.kept.length);
    }
    await store(false);
    signal.throwIfAborted();
    if (performance.now() - told > NEWS) {
      told = performance.now();
      onNews({ rows: columns.total, bytes });
    }
  }
  await store(true);
  if (columns.total === 0) throw new BatchError(`${job.source.name} has no rows below its heading: choose a file with texts in it.`);
  if (table.format !== "jsonl") table.widen(widest);
}

/**
 * @param {import("./read/table.js").Row[]} rows
 * @param {boolean} all whether the last ones make a chunk, too, however few they are
 */
function cutChunks(rows, all) {
  /** @type {import("./read/table.js").Row[][]} */
  const chunks = [];
  let begin = 0;
  let size = 0;
  rows.forEach(({ kept }, place) => {
    size += typeof kept === "string" ? kept.length : kept.reduce((sum, cell) => sum + cell.length, 0);
    if (size < CHARACTERS && place + 1 - begin < ROWS) return;
    chunks.push(rows.slice(begin, place + 1));
    begin = place + 1;
    size = 0;
  });
  const left = rows.slice(begin);
  if (!all || left.length === 0) return { chunks, left };
  return { chunks: [...chunks, left], left: [] };
}
