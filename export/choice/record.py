"""What the rule asks of each candidate, measured: quality, milliseconds, bytes."""

import tempfile
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from export.bench.browse import Visitor
from export.bench.contenders import CONTENDERS, SEED, Contender
from export.bench.measure import measure_latency, measure_visits, open_contenders
from export.bench.record import FIRST_TEXT, SPLIT, draw
from export.bench.sites import fill_ours, fill_peer_q8
from export.bench.summary import summarize_latency
from export.browser.launch import launch_browser
from export.browser.server import serve
from export.choice.rule import Rule, choose
from export.graph.session import predict_as_shipped
from export.pipeline import StaleStages
from export.quality.distance import compare
from training.measure import predict as torch_runtime
from training.measure.evaluate import require_same_labels
from training.run.errors import InputError
from training.run.files import describe_file, read_json, sha256_of
from training.run.provenance import circumstances

SPLITS = ("validation", "test")
_PEER = "peer"
_Rows = dict[str, dict[str, Any]]


def measure_choice(
    rule: Rule, runs: Mapping[str, StaleStages], n: int, repeats: int
) -> dict[str, Any]:
    """Measure all candidates as shipped, beside the peer, and choose.

    Each is its own built page, not isolated and therefore on one thread; all take turns.

    Args:
        rule: names the candidates and the peer.
        runs: of each of them, by name.
        n: texts to take the time of, from the test split.
        repeats: of the timing.

    Raises:
        InputError: no npm, no browser, or the runs are of different data.
        CheckError: a candidate's int8 is outside its gate, or a page failed.
    """
    candidates = {name: runs[name] for name in rule.candidates}
    _require_same_data(candidates)
    data = candidates[rule.candidates[0]].data
    with tempfile.TemporaryDirectory(prefix="choice-") as name:
        folder = Path(name)
        q8, peer_versions = fill_peer_q8(runs[rule.peer], folder / _PEER)
        sites = {run: fill_ours(stages, folder / run) for run, stages in candidates.items()}
        rows: _Rows = {
            run: {**_describe(stages, sites[run].bundle), "quality": _quality(stages)}
            for run, stages in candidates.items()
        }
        texts = draw(list(data.splits[SPLIT]["text"]), n)
        measured, browser = _in_browser(folder, rule, texts, repeats)
    peer = {"run": rule.peer, "q8": q8, **measured.pop(_PEER)}
    for run, facts in measured.items():
        times = facts["p50_ms"]["median"] / peer["p50_ms"]["median"]
        rows[run] |= facts | {"p50_of_peer": round(times, 3)}
    return {
        "rule": asdict(rule),
        "chosen": choose(rule, rows),
        "data": data.provenance.reference(),
        "split": SPLIT,
        "n": len(texts),
        "seed": SEED,
        "repeats": repeats,
        "browser": browser,
        "web_versions": sites[rule.candidates[0]].facts["packages"] | peer_versions,
        "candidates": rows,
        "peer": peer,
        **circumstances(),
    }


def _require_same_data(runs: Mapping[str, StaleStages]) -> None:
    (first, reference), *others = runs.items()
    wanted = reference.data.provenance.fingerprint
    for name, stages in others:
        if stages.data.provenance.fingerprint != wanted:
            raise InputError(
                f"'{name}' and '{first}' are of different data, so that their scores do not "
                "compare; give --data, or other candidates in the rule"
            )


def _describe(stages: StaleStages, bundle: dict[str, Any]) -> dict[str, Any]:
    artifact = stages.artifact
    return {
        "layers": read_json(artifact.model_config).get("num_hidden_layers"),
        "weights_sha256": sha256_of(artifact.weights),
        "onnx_int8": describe_file(artifact.onnx_quantized),
        "compressed_bytes": bundle["files"]["model"]["bytes"],
    }


def _quality(stages: StaleStages) -> dict[str, dict[str, Any]]:
    """The shipped file on each split, text by text, against the truth and against torch."""
    artifact = stages.artifact
    labels = require_same_labels(artifact, stages.data)
    found = {}
    for split in SPLITS:
        rows = stages.data.splits[split]
        texts, truth = list(rows["text"]), np.asarray(rows["label"])
        reference = torch_runtime.predict(artifact, texts, description=f"{artifact.name}, torch")
        result = compare(predict_as_shipped(artifact, texts), reference, truth, labels)
        wanted = ("accuracy", "macro_f1", "agreement", "macro_f1_difference")
        found[split] = {"n": len(texts)} | {key: result[key] for key in wanted}
    return found


def _in_browser(folder: Path, rule: Rule, texts: list[str], repeats: int) -> tuple[_Rows, str]:
    """Bytes of a first visit and milliseconds a text of each page below ``folder``; the browser."""
    contenders = {
        name: Contender(name, site=name, page="bench/ours.html", visit="")
        for name in rule.candidates
    } | {_PEER: CONTENDERS["peer_int8"]}
    with ExitStack() as stack:
        sites = {name: stack.enter_context(serve(folder / name)) for name in contenders}
        browser = stack.enter_context(launch_browser())
        visitor = Visitor(browser)
        # Once: what a visit transfers does not change from one to the next.
        visits = measure_visits(visitor, sites, FIRST_TEXT, 1, contenders, stay=0)
        opened = stack.enter_context(open_contenders(visitor, sites, FIRST_TEXT, contenders))
        pages = {name: page for name, (page, _) in opened.items()}
        milliseconds, _ = measure_latency(pages, texts, repeats, "latency")
        visitor.require_local()
        rows = {
            name: {
                "threads": opened[name][1]["threads"],
                "first_visit_bytes": int(visits[name]["cold_bytes"][0]),
                **summarize_latency(milliseconds[name]),
            }
            for name in contenders
        }
        return rows, f"Chromium {browser.version}"
