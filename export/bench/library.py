"""What the library's calls cost in Chromium: many texts, explanations, verification."""

import tempfile
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

from export.bench.contenders import SEED
from export.bench.record import SPLIT, draw
from export.bench.sites import fill_ours
from export.bench.summary import summarize
from export.browser.launch import launch_browser
from export.browser.server import ISOLATION, serve
from export.pipeline import StaleStages
from training.run.errors import InputError
from training.run.files import describe_file
from training.run.provenance import circumstances

if TYPE_CHECKING:
    from playwright.sync_api import Browser

WORDS = 24
_EXPLAINED = 5
# threads of classify(), workers of the pool; threads need the headers of isolation
WAYS: dict[str, dict[str, int]] = {
    "one worker": {"threads": 1, "workers": 1},
    "two workers": {"threads": 1, "workers": 2},
    "two threads": {"threads": 2, "workers": 1},
}
_MEASURE = """async ({ texts, explained, threads, workers }) => {
  const { loadClassifier } = await import(new URL("classifier/plain.js", document.baseURI).href);
  const classifier = await loadClassifier("model/bundle.json", { cache: false, threads, workers });
  const timed = async (action) => {
    const began = performance.now();
    const result = await action();
    return [performance.now() - began, result];
  };
  const many = async (rows) => {
    for await (const row of classifier.classifyMany(rows)) void row;
  };
  await many(texts.slice(0, 20)); // the pool starts when it is first asked for
  const [oneByOne] = await timed(async () => {
    for (const text of texts) await classifier.classify(text);
  });
  const [pooled] = await timed(() => many(texts));
  const once = [];
  const why = [];
  for (const text of explained) {
    for (let i = 0; i < 5; i++) once.push((await timed(() => classifier.classify(text)))[0]);
    why.push((await timed(() => classifier.explain(text)))[0]);
  }
  const [verified, verification] = await timed(() => classifier.verify());
  const threadsTaken = classifier.report.threads;
  classifier.dispose();
  return { oneByOne, pooled, once, why, verified, verification, threadsTaken };
}"""


def texts_of_words(texts: Sequence[str], words: int, n: int) -> list[str]:
    """``n`` texts of just so many words each, cut from longer ones.

    Raises:
        InputError: too few are long enough.
    """
    found = [" ".join(text.split()[:words]) for text in texts if len(text.split()) >= words]
    if len(found) < n:
        raise InputError(f"only {len(found)} texts have {words} words, wanted {n}; give more data")
    return found[:n]


def measure_library(stages: StaleStages, n: int, repeats: int) -> dict[str, Any]:
    """Rows a second by workers and threads; what explain and verify take.

    Args:
        stages: of the run whose page is measured.
        n: texts of the test split.
        repeats: of everything, in turns.

    Raises:
        InputError: no npm, no browser, or too few texts.
        CheckError: int8 is outside the gate.
    """
    everything = list(stages.data.splits[SPLIT]["text"])
    texts = draw(everything, n)
    explained = texts_of_words(draw(everything, len(everything)), WORDS, _EXPLAINED * repeats)
    runs: dict[str, list[dict[str, Any]]] = {way: [] for way in WAYS}
    with tempfile.TemporaryDirectory(prefix="library-") as name:
        folder = Path(name) / "ours"
        versions = fill_ours(stages, folder).facts["packages"]
        with serve(folder, headers=ISOLATION) as site, launch_browser() as browser:
            for repeat in range(repeats):
                some = explained[repeat * _EXPLAINED : (repeat + 1) * _EXPLAINED]
                for way, found in runs.items():
                    call = {"texts": texts, "explained": some, **WAYS[way]}
                    found.append(_run(browser, site.address, call))
            browser_version = f"Chromium {browser.version}"
    return {
        "run": stages.artifact.name,
        "onnx_int8": describe_file(stages.artifact.onnx_quantized),
        "data": stages.data.provenance.reference(),
        "split": SPLIT,
        "n": len(texts),
        "words": WORDS,
        "seed": SEED,
        "repeats": repeats,
        "browser": browser_version,
        "web_versions": versions,
        "ways": {way: WAYS[way] | _facts(found, len(texts)) for way, found in runs.items()},
        **circumstances(),
    }


def _run(browser: "Browser", address: str, call: dict[str, Any]) -> dict[str, Any]:
    context = browser.new_context(service_workers="block")
    try:
        page = context.new_page()
        page.goto(address)
        page.locator("body[data-state=ready]").wait_for(timeout=60_000)
        return page.evaluate(_MEASURE, call)
    finally:
        context.close()


def _facts(found: list[dict[str, Any]], texts: int) -> dict[str, Any]:
    once = [median(run["once"]) for run in found]
    why = [median(run["why"]) for run in found]
    last = found[-1]["verification"]
    return {
        "threads_taken": found[-1]["threadsTaken"],
        "classify_rows_per_second": summarize([1e3 * texts / run["oneByOne"] for run in found]),
        "many_rows_per_second": summarize([1e3 * texts / run["pooled"] for run in found]),
        "classify_ms": summarize(once),
        "explain_ms": summarize(why),
        "explain_over_classify": summarize([b / a for a, b in zip(once, why, strict=True)]),
        "verify_seconds": summarize([run["verified"] / 1e3 for run in found]),
        "verified": {
            "passed": all(run["verification"]["passed"] for run in found),
            "texts": last["texts"],
            "largest_logit_difference": last["largestLogitDifference"],
        },
    }


def library_table(record: dict[str, Any]) -> list[list[str]]:
    """A row for each way, as a README shows it."""

    def middle(facts: dict[str, Any], name: str) -> float:
        return facts[name]["median"]

    return [
        [
            way,
            f"{middle(facts, 'classify_rows_per_second'):.0f}",
            f"{middle(facts, 'many_rows_per_second'):.0f}",
            f"{middle(facts, 'explain_ms'):.0f} ms",
            f"{middle(facts, 'explain_over_classify'):.1f} ×",
            f"{middle(facts, 'verify_seconds'):.1f} s",
        ]
        for way, facts in record["ways"].items()
    ]
