"""What a run costs where it is used: bytes, and milliseconds a text on one thread."""

import time
import uuid
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from tqdm import tqdm

from export.graph.session import open_session
from training.measure.predict import open_classifier
from training.run.artifact import Artifact
from training.run.errors import InputError
from training.run.files import read_json, sha256_of, write_json
from training.run.provenance import machine, timestamp

REPEATS = 300
_WARM_UP = 20
_Key = tuple[Artifact, str]  # a run, and one of its runtimes


def require_evaluated(artifact: Artifact) -> None:
    """Make sure that there is a record to add the cost to.

    Raises:
        InputError: the run was not evaluated yet.
    """
    path = artifact.metrics("test")
    if not path.is_file():
        raise InputError(f"{path}: not there; run scripts/evaluate.py --run {artifact.name} first")


def record_costs(texts: Mapping[Artifact, list[str]]) -> list[dict[str, Any]]:
    """Measure runs together and write the key ``cost`` of each one's ``test_metrics.json``.

    Returns:
        Those records, in the order of the runs.
    """
    records = []
    for artifact, cost in measure_costs(texts).items():
        path = artifact.metrics("test")
        records.append(read_json(path) | {"cost": cost})
        write_json(path, records[-1])
    return records


def summary(record: dict[str, Any]) -> str:
    """The cost of a run in a line."""
    cost = record["cost"]
    latency = ", ".join(f"{name} {ms['p50']:.2f} ms" for name, ms in cost["latency_ms"].items())
    return (
        f"{record['run']}: fp32 {cost['fp32_bytes'] / 1e6:.1f} MB, "
        f"int8 {cost['int8_bytes'] / 1e6:.1f} MB, {latency} ({cost['tokens']} tokens)"
    )


def measure_costs(
    texts: Mapping[Artifact, list[str]], repeats: int = REPEATS
) -> dict[Artifact, dict[str, Any]]:
    """Sizes of the ONNX files and latency in milliseconds of torch, ONNX fp32 and ONNX int8.

    One thread each, one text at a time: the text of median length, tokenized beforehand. All
    runtimes of all runs take turns, so that whatever else slows the machine slows all of them.

    Args:
        texts: for each run, exported and quantized, the split that the median is taken from.
    """
    medians = {artifact: _median_text(artifact, of_run) for artifact, of_run in texts.items()}
    runtimes = {
        (artifact, name): run
        for artifact, (text, _) in medians.items()
        for name, run in _runtimes(artifact, text).items()
    }
    milliseconds = _take_turns(runtimes, repeats)
    together = {
        "measurement": {"id": uuid.uuid4().hex[:12], "runs": [run.name for run in texts]},
        "timestamp": timestamp(),
        "machine": machine(),
    }
    return {
        artifact: {
            "weights_sha256": sha256_of(artifact.weights),
            "files": {name: sha256_of(path) for name, path in _files(artifact).items()},
            "fp32_bytes": artifact.onnx.stat().st_size,
            "int8_bytes": artifact.onnx_quantized.stat().st_size,
            "latency_ms": {
                name: _percentiles(values)
                for (owner, name), values in milliseconds.items()
                if owner == artifact
            },
            "tokens": tokens,
            "repeats": repeats,
            "threads": 1,
            **together,
        }
        for artifact, (_, tokens) in medians.items()
    }


def _median_text(artifact: Artifact, texts: list[str]) -> tuple[str, int]:
    """The text of median length, and its tokens."""
    lengths = dict(zip(texts, map(len, artifact.token_ids(texts)), strict=True))
    median = sorted(texts, key=lambda text: (lengths[text], text))[len(texts) // 2]
    return median, lengths[median]


def _take_turns(
    runtimes: Mapping[_Key, Callable[[], object]], repeats: int
) -> dict[_Key, list[float]]:
    milliseconds: dict[_Key, list[float]] = {key: [] for key in runtimes}
    for repeat in tqdm(range(_WARM_UP + repeats), desc="latency", unit="turn"):
        for key, run in runtimes.items():
            started = time.perf_counter()
            run()
            if repeat >= _WARM_UP:
                milliseconds[key].append(1000 * (time.perf_counter() - started))
    return milliseconds


def _files(artifact: Artifact) -> dict[str, Path]:
    return {"onnx_fp32": artifact.onnx, "onnx_int8": artifact.onnx_quantized}


def _runtimes(artifact: Artifact, text: str) -> dict[str, Callable[[], object]]:
    encoded = artifact.load_tokenizer()(text, truncation=True, return_tensors="pt")
    model = open_classifier(artifact)

    def in_torch() -> object:
        threads = torch.get_num_threads()
        torch.set_num_threads(1)
        with torch.inference_mode():
            logits = model(**encoded).logits
        torch.set_num_threads(threads)
        return logits

    runtimes: dict[str, Callable[[], object]] = {"torch": in_torch}
    for name, file in _files(artifact).items():
        session = open_session(file)
        feeds = {node.name: encoded[node.name].numpy() for node in session.get_inputs()}
        runtimes[name] = lambda session=session, feeds=feeds: session.run(["logits"], feeds)
    return runtimes


def _percentiles(values: list[float]) -> dict[str, float]:
    p50, p95 = np.percentile(values, [50, 95])
    return {"p50": round(float(p50), 3), "p95": round(float(p95), 3)}
