import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { ClassifierError, ERROR_CODES, loadClassifier } from "../../../web/classifier/plain.js";
import { FakeWorker, predict, soon, work } from "./fakes.mjs";
import { BUNDLE } from "./sample-bundle.mjs";

const AT = "https://example.test/model/bundle.json";
const TWO = { ...BUNDLE, labels: ["glad", "sad"], families: [] };
const GOLDEN = { schema_version: 1, texts: [{ text: "one", ids: [1, 5, 2], logits: [3, 1], label: 0 }] };
const realFetch = globalThis.fetch;
afterEach(() => {
  globalThis.fetch = realFetch;
});

function answer(message, worker) {
  if (message.method === "golden") return { result: GOLDEN };
  if (message.method === "examine") return { result: { ids: [1, 5, 2], logits: [3, 1] } };
  return work(message, worker);
}

/** A library whose workers the test plays, and a server that has one bundle at every address. */
function setUp(play = answer, bundle = TWO) {
  const workers = [];
  globalThis.fetch = async () => new Response(JSON.stringify(bundle), { headers: { "content-type": "application/json" } });
  const createWorker = (url) => {
    workers.push(Object.assign(new FakeWorker(play), { url }));
    return workers.at(-1);
  };
  return { workers, load: (options) => loadClassifier(AT, { createWorker, workers: 2, threads: 1, ...options }) };
}
const methods = (worker) => worker.received.map(({ method }) => method);
async function collect(rows) {
  const found = [];
  for await (const row of rows) found.push(row);
  return found;
}

test("a classifier says what it is, and how long it took", async () => {
  const { workers, load } = setUp();
  const told = [];
  const classifier = await load({ onBundle: (bundle) => told.push(bundle), runtimeUrl: "https://example.test/lib" });
  assert.deepEqual(told, [TWO]);
  assert.deepEqual([classifier.labels, classifier.card, classifier.bundle], [TWO.labels, TWO.card, TWO]);
  assert.ok(classifier.report.milliseconds >= 0 && classifier.report.steps.bundle >= 0);
  assert.equal(classifier.report.threads, 1);
  const [prepare, { id: _, ...call }] = workers[0].received;
  assert.deepEqual(prepare, { method: "prepare", runtimeUrl: "https://example.test/lib/", trustStored: false, id: 0 });
  const wanted = { bundle: TWO, bundleUrl: AT, runtimeUrl: "https://example.test/lib/", cache: true, trustStored: false, allowOrigins: [] };
  assert.deepEqual(call, { method: "load", threads: 1, ...wanted });
  assert.match(String(workers[0].url), /\/web\/classifier\/worker-plain\.js$/);
  classifier.dispose();
});

test("one text is answered by the first worker, and no other is started for it", async () => {
  const { workers, load } = setUp();
  const classifier = await load();
  assert.deepEqual(await classifier.classify("hello", { top: 1 }), predict("hello", 1));
  assert.deepEqual([workers.length, workers[0].received.at(-1).top], [1, 1]);
  classifier.dispose();
});

test("many texts are shared by other workers, which get the files of the first", async () => {
  const { workers, load } = setUp();
  const classifier = await load();
  const texts = Array.from({ length: 60 }, (_, index) => "x".repeat(index + 1));
  const done = [];
  const rows = await collect(classifier.classifyMany(texts, { top: 1, onProgress: (progress) => done.push(progress.done) }));
  assert.deepEqual(rows, texts.map((text, index) => ({ index, text, ...predict(text, 1) })));
  assert.deepEqual(done, texts.map((_, index) => index + 1));
  assert.deepEqual(methods(workers[0]), ["prepare", "load", "files"]);
  assert.equal(workers.length, 3);
  for (const { received } of workers.slice(1)) {
    assert.ok(received[0].files.model instanceof Blob);
    assert.equal(received[0].threads, 1);
  }
  classifier.dispose();
});

test("workers may be given with the call", async () => {
  const { workers, load } = setUp();
  const classifier = await load();
  await collect(classifier.classifyMany(["a", "b", "c", "d", "e", "f"], { workers: 4 }));
  assert.equal(workers.length, 5);
  await assert.rejects(collect(classifier.classifyMany(["a"], { workers: 0 })), { code: "bad-argument" });
  classifier.dispose();
});

test("where the first worker cannot hand its files over, the others load by themselves", async () => {
  const error = { code: "network", message: "gone" };
  const { workers, load } = setUp((message) => (message.method === "files" ? { error } : answer(message)));
  const classifier = await load();
  assert.equal((await collect(classifier.classifyMany(["a", "b"]))).length, 2);
  assert.equal(workers[1].received[0].files, undefined);
  classifier.dispose();
});

test("an error in one of many texts names its row, after the rows before it", async () => {
  const { load } = setUp((message, worker) => (message.text === "bad" ? worker.die() : answer(message)));
  const classifier = await load();
  const rows = classifier.classifyMany(["a", "b", "bad", "c"]);
  assert.deepEqual([(await rows.next()).value.index, (await rows.next()).value.index], [0, 1]);
  await assert.rejects(rows.next(), (error) => {
    assert.ok(error instanceof ClassifierError && error.cause instanceof ClassifierError);
    assert.equal(error.code, "crash");
    assert.match(error.message, /^Row 2 \(counted from 0\): .*out of memory/);
    return true;
  });
  classifier.dispose();
});

test("what is no text is refused, alone and by row", async () => {
  const { workers, load } = setUp();
  const classifier = await load();
  for (const wrong of [undefined, null, 3, {}]) {
    await assert.rejects(classifier.classify(wrong), { code: "bad-argument" });
    await assert.rejects(classifier.explain(wrong), { code: "bad-argument" });
    await assert.rejects(collect(classifier.classifyMany(["a", wrong])), { code: "bad-argument", message: /^Row 1 / });
  }
  for (const wrong of [undefined, "a text", 3]) {
    await assert.rejects(collect(classifier.classifyMany(wrong)), { code: "bad-argument", message: /iterable/ });
  }
  for (const top of [0, -1, 1.5, "2"]) await assert.rejects(classifier.classify("a", { top }), { code: "bad-argument" });
  assert.ok(!methods(workers[0]).includes("classify"));
  classifier.dispose();
});

test("explain asks the pool, verify compares with the golden file", async () => {
  const { workers, load } = setUp();
  const classifier = await load();
  const { label, words } = await classifier.explain("so very glad");
  assert.deepEqual([label, words.length], ["glad", 3]);
  const seen = [];
  const { passed, texts } = await classifier.verify({ onProgress: (progress) => seen.push(progress) });
  assert.deepEqual([passed, texts, seen], [true, 1, [{ done: 1, total: 1 }]]);
  assert.ok(!methods(workers[0]).includes("examine"));
  classifier.dispose();
});

test("every call that takes time can be ended by a signal, with its reason", async () => {
  const { load } = setUp((message) => (message.method === "load" || message.method === "files" ? answer(message) : undefined));
  const classifier = await load();
  const never = new Error("never mind");
  const calls = {
    classify: (signal) => classifier.classify("a", { signal }),
    classifyMany: (signal) => collect(classifier.classifyMany(["a", "b"], { signal })),
    explain: (signal) => classifier.explain("a b", { signal }),
    verify: (signal) => classifier.verify({ signal }),
  };
  for (const [name, call] of Object.entries(calls)) {
    const stop = new AbortController();
    const running = call(stop.signal);
    await soon(5);
    stop.abort(never);
    await assert.rejects(running, never, name);
    await assert.rejects(call(AbortSignal.abort(never)), never, name);
  }
  classifier.dispose();
});

test("several classifiers do not know of each other", async () => {
  const [one, two] = [setUp(), setUp()];
  const [first, second] = await Promise.all([one.load(), two.load()]);
  first.dispose();
  await assert.rejects(first.classify("a"), { code: "not-loaded" });
  assert.deepEqual(await second.classify("a"), predict("a"));
  second.dispose();
});

test("dispose ends all workers and every call that waits, for good; `using` calls it", async () => {
  const { workers, load } = setUp((message) => (message.method === "load" || message.method === "files" ? answer(message) : undefined));
  const classifier = await load();
  const [text, many] = [classifier.classify("a"), collect(classifier.classifyMany(["a", "b"]))];
  await soon(5);
  classifier[Symbol.dispose ?? Symbol.for("Symbol.dispose")]();
  await assert.rejects(text, { code: "closed" });
  await assert.rejects(many, { code: "closed" });
  await assert.rejects(collect(classifier.classifyMany(["a"])), { code: "closed" });
  assert.ok(workers.length > 1 && workers.every(({ terminated }) => terminated));
});

test("a load that fails leaves no worker behind", async () => {
  const bad = setUp(answer, { ...TWO, labels: [] });
  await assert.rejects(bad.load(), { code: "bad-bundle" });
  assert.ok(bad.workers.every(({ terminated }) => terminated));
  const { workers, load } = setUp(() => ({ error: { code: "integrity", message: "The file is not the one." } }));
  await assert.rejects(load(), { code: "integrity" });
  assert.ok(workers.every(({ terminated }) => terminated));
});

test("a load that is given up rejects with the reason of its signal", async () => {
  const never = new Error("never mind");
  const { workers, load } = setUp(() => undefined);
  await assert.rejects(load({ signal: AbortSignal.abort(never) }), never);
  assert.equal(workers.length, 0);
  const stop = new AbortController();
  const loading = load({ signal: stop.signal });
  await soon(5);
  stop.abort(never);
  await assert.rejects(loading, never);
  assert.ok(workers.every(({ terminated }) => terminated));
});

test("options that cannot be used are refused", async () => {
  const { load } = setUp();
  for (const options of [{ threads: 0 }, { workers: 1.5 }, { runtimeUrl: "http://[" }, { workerUrl: "nowhere" }]) {
    await assert.rejects(load(options), { code: "bad-argument" });
  }
});

test("every code has a sentence", () => {
  for (const [code, sentence] of Object.entries(ERROR_CODES)) {
    assert.match(code, /^[a-z]+(-[a-z]+)*$/);
    assert.match(sentence, /^[A-Z][^.]*(\.[a-zA-Z][^.]*)*\.$/);
  }
});
