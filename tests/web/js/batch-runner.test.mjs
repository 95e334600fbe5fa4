import assert from "node:assert/strict";
import { test } from "node:test";
import { Columns } from "../../../web/app/batch/columns.js";
import { Pending } from "../../../web/app/batch/pending.js";
import { Runner } from "../../../web/app/batch/runner.js";
import { CLASSIFIER_FAILED } from "../../../web/app/batch/rows.js";
import { Search } from "../../../web/app/batch/search.js";
import { openMemory } from "../../../web/app/batch/store/memory.js";

const CHUNK = 7;

/** Answers with the text's own number, and fails on those it is told to. */
function classifierThatFailsOn(bad, code = "runtime") {
  return {
    labels: ["even", "odd"],
    async *classifyMany(texts, { signal }) {
      for await (const text of texts) {
        signal.throwIfAborted();
        if (bad(Number(text))) throw Object.assign(new Error(`cannot read ${text}`), { code });
        yield { label: Number(text) % 2 ? "odd" : "even", probability: Number(text), unsure: false };
      }
    },
  };
}

/** Every third row has a problem of its own. */
function runnerOver(total, classifier, next = 0) {
  const taken = [];
  const runner = new Runner(classifier, next, {
    texts: async (from) => {
      const length = Math.min(CHUNK - (from % CHUNK), total - from);
      const rows = Array.from({ length }, (_, place) => from + place);
      return { from, texts: rows.map(String), problems: Uint8Array.from(rows, (row) => Number(row % 3 === 0)), truths: Uint16Array.from(rows) };
    },
    take: (answered) => void taken.push(answered),
    wait: async () => {},
  });
  return { runner, taken };
}

test("every row is taken once and in order, those with a problem too", async () => {
  const { runner, taken } = runnerOver(50, classifierThatFailsOn(() => false), 4);
  await runner.run(50, new AbortController().signal);
  assert.deepEqual(taken.map(({ truth }) => truth), Array.from({ length: 46 }, (_, place) => 4 + place));
  for (const { truth, problem, label, probability } of taken) {
    if (truth % 3 === 0) assert.equal(problem, 1);
    else assert.deepEqual([problem, label, probability], [0, truth % 2, truth]);
  }
});

test("a text that the classifier fails on costs its row alone", async () => {
  const { runner, taken } = runnerOver(40, classifierThatFailsOn((number) => number === 10 || number === 25));
  await runner.run(40, new AbortController().signal);
  assert.deepEqual(taken.map(({ truth }) => truth), Array.from({ length: 40 }, (_, place) => place));
  assert.deepEqual(taken.filter(({ problem }) => problem === CLASSIFIER_FAILED).map(({ truth }) => truth), [10, 25]);
});

test("where nothing works any more it ends with the row in its sentence", async () => {
  for (const [code, row] of [["runtime", 14], ["closed", 11]]) {
    const { runner, taken } = runnerOver(40, classifierThatFailsOn((number) => number >= 10, code));
    await assert.rejects(runner.run(40, new AbortController().signal), new RegExp(`^BatchError: The classifier stopped at row ${row} `));
    assert.equal(taken.length, row - 1);
  }
});

test("answers are saved in order, one saving at a time, and a failure is heard of", async () => {
  const saved = [];
  let busy = false;
  const pending = new Pending(async (from, { labels }) => {
    assert.ok(!busy);
    busy = true;
    await new Promise((resolve) => setTimeout(resolve, 1));
    busy = false;
    saved.push([from, labels.length]);
  });
  pending.start(5);
  for (let row = 0; row < 450; row++) await pending.add({ problem: 0, label: 1, probability: 0.5, unsure: false });
  await pending.flush();
  assert.deepEqual(saved, [[5, 200], [205, 200], [405, 50]]);
  const broken = new Pending(() => Promise.reject(new Error("full")));
  broken.start(0);
  await broken.add({ problem: 0, label: 1, probability: 0.5, unsure: false });
  await assert.rejects(broken.flush(), /full/);
});

test("a search takes the place of the one before, and goes on where it was when answers come in", async () => {
  const columns = new Columns();
  const texts = ["a dog", "a cat", "Dogs", "dog", "a cow", "hotdog"];
  const chunks = [texts.slice(0, 2), texts.slice(2, 4), texts.slice(4)];
  for (const rows of chunks) columns.addRows(new Uint8Array(rows.length), new Uint16Array(rows.length));
  columns.done = 3;
  let looked = 0;
  const textsOf = async (wanted) => {
    looked += wanted.length;
    await new Promise((resolve) => setTimeout(resolve, 1));
    return wanted.map((chunk) => chunks[chunk]);
  };
  const search = new Search();
  const first = search.matches("cow", columns, textsOf);
  const second = search.matches("DOG", columns, textsOf);
  await assert.rejects(first, { name: "AbortError" });
  assert.deepEqual([...(await second)], [0, 2]);
  columns.done = 6;
  looked = 0;
  assert.deepEqual([...(await search.matches("dog", columns, textsOf))], [0, 2, 3, 5]);
  assert.equal(looked, 2);
});

test("a window that stores nothing says how much it can take", async () => {
  const store = openMemory();
  await store.put([["cells", 0, [["x".repeat(30_000_000)]]]]);
  await assert.rejects(store.put([["cells", 1, [["x".repeat(11_000_000)]]]]), /stores nothing, .* 40 million characters/);
  await store.clear();
  await store.put([["cells", 1, [["x"]]]]);
  assert.deepEqual(await store.get("cells", [0, 1]), [undefined, [["x"]]]);
});
