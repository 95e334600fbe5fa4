// Answers what Python asks, a JSON line for a JSON line, so that both can be held against each other.
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { Columns } from "../../../web/app/batch/columns.js";
import { DelimitedReader } from "../../../web/app/batch/read/delimited.js";
import { TableReader } from "../../../web/app/batch/read/table.js";
import { NONE, cellsOf, problemOf } from "../../../web/app/batch/rows.js";
import { Tally } from "../../../web/app/batch/tally.js";
import { Writer } from "../../../web/app/batch/write/download.js";

const Papa = createRequire(new URL("../../../web/package.json", import.meta.url))("papaparse");

const answers = {
  rows({ delimiter, pieces }) {
    const reader = new DelimitedReader(Papa, delimiter, "table.csv");
    return [...pieces.flatMap((piece) => reader.push(piece)), ...reader.end()].map(({ cells, broken }) => (broken ? null : cells));
  },
  async table({ name, bytes, column }) {
    const table = new TableReader(Papa, new Blob([Buffer.from(bytes, "base64")]), name);
    let rows = [];
    for await (const found of table.rows()) rows = rows.concat(found);
    const { columns, width } = table;
    const problems = rows.map((row) => problemOf(row, column ?? columns[0], columns, width));
    return { columns, cells: rows.map(({ kept }) => cellsOf(kept, columns)), problems };
  },
  evaluate({ labels, rows }) {
    const tally = new Tally(labels);
    for (const [truth, label, probability] of rows) tally.add(label, probability, false, truth ?? NONE);
    return tally.evaluate();
  },
  write({ format, escape, columns: names, labels, rows, answers: found }) {
    const columns = new Columns();
    columns.addRows(new Uint8Array(rows.length), new Uint16Array(rows.length));
    columns.setAnswers(0, {
      problems: Uint8Array.from(found, (answer) => (answer === null ? 1 : 0)),
      labels: Uint16Array.from(found, (answer) => answer?.[0] ?? NONE),
      probabilities: Float64Array.from(found, (answer) => answer?.[1] ?? 0),
      unsure: Uint8Array.from(found, (answer) => Number(answer?.[2] ?? false)),
    });
    const writer = new Writer(format, escape, { source: { columns: names }, columns, labels });
    return writer.heading() + writer.write(rows, 0);
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  const { ask, ...call } = JSON.parse(line);
  const answer = await Promise.resolve().then(() => answers[ask](call)).then((value) => ({ value }), (error) => ({ error: error.message }));
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
