"""The library by itself, on a page that is nobody's: pool, explanations, verification, store."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from export.browser.server import Headers, serve
from tests.web.visiting import NO_STORE, RECORD_VIOLATIONS
from training.run.files import describe_file

pytestmark = pytest.mark.slow

TEXTS = [f"On day {number} I was so proud of my son that I could cry." for number in range(120)]
STORE = "pocket-classifier"
STORED = {"model", "tokenizer", "tokenizer_config", "wasm"}
CORS = {"Access-Control-Allow-Origin": "*"}

LOAD = """async ([library, bundle, options]) => {
  const { loadClassifier } = await import(new URL(library, location.href).href);
  const loading = loadClassifier(bundle, options);
  globalThis.classifiers ??= [];
  try {
    return classifiers[classifiers.push(await loading) - 1].report;
  } catch (error) {
    return { code: error.code, message: error.message };
  }
}"""
MANY = """async (texts) => {
  globalThis.done = 0;
  const rows = [];
  const onProgress = (progress) => (done = progress.done);
  for await (const row of classifiers[0].classifyMany(texts, { top: 1, workers: 2, onProgress })) {
    rows.push([row.index, row.text, row.label, row.probability]);
  }
  return rows;
}"""
# The hashes of what is stored, once the condition holds; storing goes on after the first answer.
ENTRIES = """async ([name, condition]) => {
  const holds = eval(condition);
  for (let attempt = 0; ; attempt++) {
    const cache = await caches.open(name);
    const found = (await cache.keys()).map(({ url }) => url.split("/").at(-1)).sort();
    if (holds(found) || attempt === 200) return found;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}"""


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(service_workers="block")
    context.add_init_script(RECORD_VIOLATIONS)
    yield context
    context.close()


@pytest.fixture
def embedding(site: Path) -> Path:
    """The site with a page that is not ours."""
    (site / "bare.html").write_text("<!doctype html><title>bare</title>")
    return site


def open_bare(context: BrowserContext, address: str) -> Page:
    page = context.new_page()
    page.goto(f"{address}bare.html")
    return page


def load(
    page: Page,
    bundle: str = "model/bundle.json",
    library: str = "classifier/plain.js",
    **options: Any,
) -> dict[str, Any]:
    """Load one more classifier on the page; its report, or code and message of the error."""
    return page.evaluate(LOAD, [library, bundle, options])


def entries(page: Page, condition: str = f"(found) => found.length === {len(STORED)}") -> list[str]:
    return page.evaluate(ENTRIES, [STORE, condition])


def hashes(bundle: dict[str, Any]) -> set[str]:
    files = (file for name, file in bundle["files"].items() if name in STORED)
    return {file.get("content", file)["sha256"] for file in files}


def edit_bundle(site: Path, folder: str = "model", **changes: Any) -> dict[str, Any]:
    path = site / folder / "bundle.json"
    bundle = json.loads(path.read_text()) | changes
    path.write_text(json.dumps(bundle))
    return bundle


def test_many_texts_come_in_order_and_whole_though_a_worker_dies(
    context: BrowserContext, embedding: Path
) -> None:
    with serve(embedding) as served:
        page = open_bare(context, served.address)
        load(page)
        alone = page.evaluate("(text) => classifiers[0].classify(text)", TEXTS[0])["label"]
        (first,) = page.workers
        page.evaluate(f"(texts) => {{ globalThis.running = ({MANY})(texts); }}", TEXTS)
        page.wait_for_function("() => globalThis.done >= 20", polling=20, timeout=60_000)
        started = [worker for worker in page.workers if worker is not first]
        assert len(started) == 2
        for worker in started:
            worker.evaluate("() => { setTimeout(() => { throw new Error('killed'); }); }")
        rows = page.evaluate("running")
        assert [(index, text) for index, text, *_ in rows] == list(enumerate(TEXTS))
        assert rows[0][2] == alone
        assert all(0 < probability <= 1 for *_, probability in rows)
        replaced = [worker for worker in page.workers if worker is not first]
        assert len(replaced) == 2 and not set(map(id, replaced)) & set(map(id, started))
        page.evaluate("classifiers[0].dispose()")
        page.wait_for_timeout(200)
        assert page.workers == []


def test_texts_that_are_taken_back_are_not_run(context: BrowserContext, embedding: Path) -> None:
    take_back = """async () => {
      const { loadClassifier } = await import(new URL("classifier/plain.js", location).href);
      let answers = 0;
      const createWorker = (url) => {
        const worker = new Worker(url, { type: "module" });
        worker.addEventListener("message", ({ data }) => data.result?.label && answers++);
        return worker;
      };
      const classifier = await loadClassifier("model/bundle.json", { createWorker });
      const stop = new AbortController();
      const ask = (_, n) => classifier.classify(`text ${n}`, { signal: stop.signal });
      const asked = Array.from({ length: 60 }, ask).map((call) => call.catch(({ name }) => name));
      await asked[0];
      stop.abort();
      const given = (await Promise.all(asked)).filter((outcome) => outcome === "AbortError");
      await classifier.classify("after");
      return [answers, given.length];
    }"""
    with serve(embedding) as served:
        answers, given = open_bare(context, served.address).evaluate(take_back)
        assert given >= 57 and answers <= 6


def test_an_explanation_says_what_each_word_does(context: BrowserContext, embedding: Path) -> None:
    with serve(embedding) as served:
        page = open_bare(context, served.address)
        load(page)
        text = "I am so proud of my son"
        found = page.evaluate("(text) => classifiers[0].explain(text)", text)
        assert found["label"] == "proud"
        assert [word["word"] for word in found["words"]] == text.split()
        heaviest = max(found["words"], key=lambda word: word["weight"])
        assert heaviest["word"] == "proud" and heaviest["weight"] > 0.05
        rest = page.evaluate("(text) => classifiers[0].classify(text)", text.replace("proud", ""))
        (left,) = (s["probability"] for s in rest["scores"] if s["label"] == "proud")
        assert found["probability"] - left == pytest.approx(heaviest["weight"], abs=1e-6)
        race = """async () => {
          const [one] = classifiers;
          const first = one.explain("the first of two texts").catch((error) => error.code);
          const second = one.explain("the second of two texts");
          return [await first, (await second).words.length];
        }"""
        assert page.evaluate(race) == ["superseded", 5]


def test_the_golden_texts_verify_and_another_model_does_not(
    context: BrowserContext, embedding: Path
) -> None:
    with serve(embedding) as served:
        page = open_bare(context, served.address)
        load(page)
        verify = """async (n) => {
          let seen = 0;
          const result = await classifiers[n].verify({ onProgress: ({ done }) => (seen = done) });
          return { ...result, seen };
        }"""
        good = page.evaluate(verify, 0)
        assert good["passed"], good["differences"]
        assert good["texts"] == good["seen"] > 150
        assert good["ids"] == {"differ": 0}
        assert good["largestLogitDifference"] < good["tolerance"]["logits"]
        # A shorter limit cuts texts that Python did not cut.
        edit_bundle(embedding, max_length=8)
        load(page)
        bad = page.evaluate(verify, 1)
        assert not bad["passed"]
        assert bad["ids"]["differ"] == len(bad["differences"]) > 50


def test_two_classifiers_with_two_bundles_answer_side_by_side(
    context: BrowserContext, embedding: Path, bundle: dict[str, Any]
) -> None:
    shutil.copytree(embedding / "model", embedding / "other")
    shouted = [label.upper() for label in bundle["labels"]]
    families = [[label.upper() for label in family] for family in bundle["families"]]
    edit_bundle(embedding, "other", labels=shouted, families=families)
    with serve(embedding) as served:
        page = open_bare(context, served.address)
        both = """async ([first, second]) => {
          const { loadClassifier } = await import(new URL("classifier/plain.js", location).href);
          const loading = [loadClassifier(first), loadClassifier(second)];
          globalThis.classifiers = await Promise.all(loading);
          const text = "I am so proud of my son";
          const answers = await Promise.all(classifiers.map((one) => one.classify(text)));
          classifiers[0].dispose();
          const again = await classifiers[1].classify(text);
          const gone = await classifiers[0].classify(text).catch((error) => error.code);
          return [...answers.map(({ label }) => label), again.label, gone];
        }"""
        answers = page.evaluate(both, ["model/bundle.json", "other/bundle.json"])
        assert answers == ["proud", "PROUD", "PROUD", "not-loaded"]


def test_what_is_stored_is_not_downloaded_again(
    context: BrowserContext, embedding: Path, bundle: dict[str, Any]
) -> None:
    with serve(embedding, headers=NO_STORE) as served:
        page = open_bare(context, served.address)
        first = load(page)
        assert first["stored"] == [] and first["steps"]["verify"] > 0
        stored = entries(page)
        assert hashes(bundle) <= set(stored)
        served.forget()
        again = open_bare(context, served.address)
        second = load(again)
        assert set(second["stored"]) == STORED
        assert served.sent() < 500_000  # programs, and nothing that is stored
        assert {"download", "compile", "tokenizer", "session", "firstRun"} <= set(second["steps"])
        text = "I am so proud of my son"
        answer = again.evaluate("(text) => classifiers[0].classify(text)", text)
        assert answer["label"] == "proud"


def test_an_entry_cut_short_is_put_back_and_a_new_release_loads_only_what_changed(
    context: BrowserContext, embedding: Path, bundle: dict[str, Any]
) -> None:
    cut = f"""async (sha256) => {{
      const cache = await caches.open("{STORE}");
      const request = (await cache.keys()).find(({{ url }}) => url.endsWith(sha256));
      const stored = await cache.match(request);
      const bytes = await stored.arrayBuffer();
      await cache.put(request, new Response(bytes.slice(1), {{ headers: stored.headers }}));
    }}"""
    with serve(embedding, headers=NO_STORE) as served:
        page = open_bare(context, served.address)
        load(page)
        before = entries(page)
        page.evaluate(cut, bundle["files"]["tokenizer"]["content"]["sha256"])
        assert set(load(page)["stored"]) == STORED - {"tokenizer"}
        page.wait_for_timeout(300)
        assert entries(page) == before
        config = bundle["files"]["tokenizer_config"]
        path = embedding / "model" / config["path"]
        path.write_text(path.read_text() + "\n")
        files = bundle["files"] | {"tokenizer_config": config | describe_file(path)}
        edit_bundle(embedding, files=files)
        assert set(load(page)["stored"]) == STORED - {"tokenizer_config"}
        new = describe_file(path)["sha256"]
        kept = {sha256 for sha256 in before if sha256 != config["sha256"]}
        assert set(entries(page, f"(found) => !found.includes('{config['sha256']}')")) == kept | {
            new
        }


def test_without_a_store_it_goes_on_in_memory(context: BrowserContext, embedding: Path) -> None:
    with serve(embedding) as served:
        page = open_bare(context, served.address)
        assert load(page, cache=False)["stored"] == []
        page.wait_for_timeout(500)
        assert page.evaluate("caches.keys()") == []


@pytest.mark.parametrize("headers", [{}, CORS], ids=["no header", "header"])
def test_a_bundle_of_another_origin_needs_its_permission(
    context: BrowserContext, embedding: Path, tmp_path: Path, headers: Headers
) -> None:
    elsewhere = tmp_path / "elsewhere"
    shutil.copytree(embedding / "model", elsewhere / "model")
    with serve(embedding) as served, serve(elsewhere, headers=headers) as other:
        page = open_bare(context, served.address)
        result = load(page, f"{other.address}model/bundle.json")
        if headers:
            assert result["threads"] == 1
        else:
            assert result["code"] == "cors"
            assert "Access-Control-Allow-Origin" in result["message"]


def test_a_bundle_may_name_files_of_an_origin_that_is_allowed(
    context: BrowserContext, embedding: Path, tmp_path: Path, bundle: dict[str, Any]
) -> None:
    elsewhere = tmp_path / "elsewhere"
    shutil.copytree(embedding / "model", elsewhere / "model")
    model = bundle["files"]["model"]
    with serve(embedding) as served, serve(elsewhere, headers=CORS) as other:
        there = model | {"path": f"{other.address}model/{model['path']}"}
        edit_bundle(embedding, files=bundle["files"] | {"model": there})
        page = open_bare(context, served.address)
        assert load(page)["code"] == "bad-bundle"
        assert load(page, allowOrigins=[other.address])["threads"] == 1
        assert other.sent() == model["bytes"]


def test_the_whole_library_may_come_from_another_origin(
    context: BrowserContext, embedding: Path, tmp_path: Path
) -> None:
    own = tmp_path / "own"
    own.mkdir()
    (own / "bare.html").write_text("<!doctype html><title>bare</title>")
    with serve(own) as served, serve(embedding, headers=CORS) as other:
        page = open_bare(context, served.address)
        library = f"{other.address}classifier/plain.js"
        report = load(page, f"{other.address}model/bundle.json", library)
        assert report.get("threads") == 1, report
