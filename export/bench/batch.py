"""What a large table costs on the page in Chromium: rows a second, memory, the longest task."""

import csv
import tempfile
import threading
from collections.abc import Sequence
from itertools import cycle, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil

from export.bench.contenders import SEED
from export.bench.record import SPLIT, draw
from export.bench.sites import fill_ours
from export.browser.launch import launch_browser
from export.browser.server import ISOLATION, serve
from export.pipeline import StaleStages
from training.run.files import describe_file
from training.run.provenance import circumstances

if TYPE_CHECKING:
    from playwright.sync_api import Page

_FILLER = 4  # columns beside the text, so that 100,000 rows make about 50 MB
_FILLER_CHARACTERS = 96
_EVERY = 0.5  # seconds between two looks at memory
_TYPED = "I am so proud of my son, and a little afraid of what comes next."
_OPEN = """async () => {
  const at = (path) => import(new URL(path, document.baseURI).href);
  const { loadClassifier } = await at("classifier/plain.js");
  globalThis.batch = await at("app/batch/batch.js");
  globalThis.classifier = await loadClassifier("model/bundle.json", { cache: false });
  globalThis.tasks = { all: 0, over50: 0, longest: 0 };
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) {
      tasks.all += 1;
      tasks.over50 += Number(duration > 50);
      tasks.longest = Math.max(tasks.longest, duration);
    }
  }).observe({ type: "longtask" });
  const input = document.createElement("input");
  input.type = "file";
  input.id = "bench-file";
  document.body.append(input);
}"""
_START = """async () => {
  const [file] = document.getElementById("bench-file").files;
  const source = await batch.openSource(file, classifier.labels);
  globalThis.times = { began: performance.now(), read: 0, ended: 0 };
  const choice = { textColumn: source.textColumn, labelColumn: source.labelColumn };
  globalThis.job = await batch.startBatch(source, choice, classifier);
  const onProgress = ({ total }) => {
    if (total !== null) times.read ||= performance.now();
  };
  globalThis.failure = null;
  job.run(onProgress)
    .catch((error) => (failure = error.message))
    .finally(() => (times.ended = performance.now()));
  return { bytes: source.bytes, choice };
}"""
_STATE = "() => ({ ...times, ...job.progress, failure, tasks: { ...tasks } })"
_TIMED = """async () => {
  const timed = async (action) => {
    const began = performance.now();
    const result = await action();
    return [performance.now() - began, result];
  };
  const query = { sort: "probability" };
  const [sorted_ms] = await timed(async () => {
    await job.count(query);
    await job.rows(query, 0, 50);
  });
  const [search_ms] = await timed(() => job.count({ search: "never said" }));
  const [download_ms, blob] = await timed(() => job.download("csv", { escapeFormulae: true }));
  const { accuracy, macroF1, calibrationError } = job.evaluate();
  return {
    sorted_ms, search_ms, download_seconds: download_ms / 1000, download_bytes: blob.size,
    evaluation: { accuracy, macro_f1: macroF1, calibration_error: calibrationError },
    tasks: { ...tasks },
  };
}"""


def write_table(path: Path, texts: Sequence[str], labels: Sequence[str], rows: int) -> None:
    """A CSV file of ``rows`` rows: a number, the text, its label, columns that nobody asks for."""
    filler = ["x" * _FILLER_CHARACTERS] * _FILLER
    pairs = islice(cycle(zip(texts, labels, strict=True)), rows)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "text", "label", *(f"filler {n}" for n in range(_FILLER))])
        writer.writerows([n, text, label, *filler] for n, (text, label) in enumerate(pairs))


def measure_batch(stages: StaleStages, rows: int) -> dict[str, Any]:
    """Send a table made of the test texts through the page, once, and type into the box meanwhile.

    Raises:
        InputError: no npm, or no browser.
        CheckError: int8 is outside the gate.
    """
    split = stages.data.splits[SPLIT]
    texts, places = list(split["text"]), list(split["label"])
    order = draw([str(n) for n in range(len(texts))], len(texts))
    chosen = [texts[int(n)] for n in order]
    labels = [stages.data.labels[places[int(n)]] for n in order]
    with tempfile.TemporaryDirectory(prefix="batch-") as name:
        table, folder = Path(name) / "table.csv", Path(name) / "ours"
        write_table(table, chosen, labels, rows)
        versions = fill_ours(stages, folder).facts["packages"]
        with serve(folder, headers=ISOLATION) as site, launch_browser() as browser:
            page = browser.new_context(service_workers="block").new_page()
            page.goto(site.address)
            page.locator("body[data-state=ready]").wait_for(timeout=60_000)
            measured = _measure(page, table)
            browser_version = f"Chromium {browser.version}"
    return {
        "run": stages.artifact.name,
        "onnx_int8": describe_file(stages.artifact.onnx_quantized),
        "data": stages.data.provenance.reference(),
        "split": SPLIT,
        "rows": rows,
        "seed": SEED,
        "browser": browser_version,
        "web_versions": versions,
        **measured,
        **circumstances(),
    }


def _measure(page: "Page", table: Path) -> dict[str, Any]:
    page.evaluate(_OPEN)
    page.set_input_files("#bench-file", table)
    with _Memory() as memory:
        before = memory.look()
        started = page.evaluate(_START)
        state = page.evaluate(_STATE)
        while not state["ended"]:
            page.fill("#text", "")
            page.locator("#text").press_sequentially(_TYPED, delay=60)
            page.wait_for_timeout(1000)
            state = page.evaluate(_STATE)
        running = memory.peak
        after = page.evaluate(_TIMED)
    return {
        "bytes": started["bytes"],
        "choice": started["choice"],
        "failure": state["failure"],
        "done": state["done"],
        "failed": state["failed"],
        "read_seconds": (state["read"] - state["began"]) / 1000,
        "run_seconds": (state["ended"] - state["read"]) / 1000,
        "rows_per_second": 1000 * state["done"] / (state["ended"] - state["read"]),
        "memory_before_bytes": before,
        "peak_memory_bytes": running,
        "peak_memory_with_download_bytes": memory.peak,
        "tasks_while_running": state["tasks"],
        **after,
    }


class _Memory:
    """The most memory that the browser had; what its processes share counts once (PSS)."""

    def __init__(self) -> None:
        self.peak = 0
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> "_Memory":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def look(self) -> int:
        """Bytes now."""
        total = 0
        for process in psutil.Process().children(recursive=True):
            try:
                if "chrom" in process.name():
                    memory = process.memory_full_info()
                    total += getattr(memory, "pss", memory.rss)
            except psutil.Error:  # one that has just ended
                continue
        self.peak = max(self.peak, total)
        return total

    def _watch(self) -> None:
        while not self._ended.wait(_EVERY):
            self.look()


def batch_sentence(record: dict[str, Any]) -> str:
    """What a README says of it."""
    megabyte = 1e6
    longest = record["tasks_while_running"]["longest"]
    # The browser tells of those alone that take longer than 50 ms.
    said = f"took {longest:.0f} ms" if longest else "stayed below 50 ms"
    return (
        f"{record['rows']:,} rows ({record['bytes'] / megabyte:.0f} MB): read in "
        f"{record['read_seconds']:.1f} s, then {record['rows_per_second']:.0f} rows a second "
        f"({record['run_seconds'] / 60:.1f} minutes), {record['failed']:,} without an answer. The "
        f"browser's processes took {record['memory_before_bytes'] / megabyte:.0f} MB before and "
        f"{record['peak_memory_bytes'] / megabyte:.0f} MB at most; the longest task of the page, "
        f"while somebody typed into the box, {said}. Sorted by "
        f"probability, the first rows are there in {record['sorted_ms']:.0f} ms; a search through "
        f"all texts takes {record['search_ms'] / 1000:.1f} s, a download of "
        f"{record['download_bytes'] / megabyte:.0f} MB {record['download_seconds']:.1f} s. "
        f"{record['browser']}, {record['machine']['processor']}, {record['machine']['cores']} "
        "cores."
    )
