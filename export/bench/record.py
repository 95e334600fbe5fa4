"""All measurements of a run, as one record."""

import random
import tempfile
from pathlib import Path
from typing import Any

from export.bench.browse import Visitor
from export.bench.contenders import CONTENDERS, OURS, SEED, SLOW_LINE, STAY
from export.bench.measure import (
    measure_latency,
    measure_slow_visits,
    measure_throughput,
    measure_visits,
    open_contenders,
)
from export.bench.sites import fill_sites, serve_sites
from export.bench.summary import agreement, ratios, summarize, summarize_latency
from export.browser.launch import launch_browser
from export.browser.server import Site
from export.pipeline import StaleStages
from training.run.files import describe_file
from training.run.provenance import circumstances

SPLIT = "test"
FIRST_TEXT = "My sister hid behind the door with a cake and I had no idea."


def draw(texts: list[str], n: int) -> list[str]:
    """``n`` texts, the same ones each time; all of them where there are fewer."""
    return random.Random(SEED).sample(texts, min(n, len(texts)))


def bench(stages: StaleStages, n: int, repeats: int, stay: float = STAY) -> dict[str, Any]:
    """Build the site of a run and measure it in Chromium, beside the peer.

    Args:
        stages: of the run.
        n: texts to classify, from the test split.
        repeats: of everything.
        stay: seconds that a first visit lasts beyond its first answer.

    Raises:
        InputError: no npm, or no browser.
        CheckError: int8 is outside the gate, a page failed, or asked another machine for something.
    """
    texts = draw(list(stages.data.splits[SPLIT]["text"]), n)
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        web_versions = fill_sites(stages, folder)
        with serve_sites(folder) as sites, launch_browser() as browser:
            visitor = Visitor(browser)
            contenders = _measure_contenders(visitor, sites, texts, repeats, stay)
            visitor.require_local()
            browser_version = f"Chromium {browser.version}"
    return {
        **_describe(stages, texts, repeats, stay),
        "browser": browser_version,
        "web_versions": web_versions,
        "contenders": contenders,
        "ratios": ratios(contenders, OURS),
    }


def _describe(stages: StaleStages, texts: list[str], repeats: int, stay: float) -> dict[str, Any]:
    artifact = stages.artifact
    return {
        "run": artifact.name,
        "files": {
            "onnx_fp32": describe_file(artifact.onnx),
            "onnx_int8": describe_file(artifact.onnx_quantized),
        },
        "data": stages.data.provenance.reference(),
        "split": SPLIT,
        "n": len(texts),
        "seed": SEED,
        "repeats": repeats,
        "slow_line_mbit": SLOW_LINE,
        "stay_seconds": stay,
        **circumstances(),
    }


def _measure_contenders(
    visitor: Visitor, sites: dict[str, Site], texts: list[str], repeats: int, stay: float
) -> dict[str, dict[str, Any]]:
    visits = measure_visits(visitor, sites, FIRST_TEXT, repeats, stay=stay)
    for key, runs in measure_slow_visits(visitor, sites, FIRST_TEXT, repeats).items():
        visits[key]["slow_ms"] = runs
    with open_contenders(visitor, sites, FIRST_TEXT) as opened:
        pages = {key: page for key, (page, _) in opened.items()}
        milliseconds, labels = measure_latency(pages, texts, repeats, "latency")
        throughput = measure_throughput(pages, texts, repeats)
        threads = {key: ready["threads"] for key, (_, ready) in opened.items()}
    return {
        key: {
            "name": contender.name,
            "threads": threads[key],
            "batch": contender.batch,
            "same_label": agreement(labels[key], labels[OURS]),
            **{name: summarize(runs) for name, runs in visits.get(key, {}).items()},
            **summarize_latency(milliseconds[key]),
            "texts_per_second": summarize(throughput[key]),
        }
        for key, contender in CONTENDERS.items()
    }
