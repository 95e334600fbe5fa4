"""What a run costs where it is used: bytes, and milliseconds a text on one thread."""

import time
from collections.abc import Callable
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


def require_evaluated(artifact: Artifact) -> None:
    """Make sure that there is a record to add the cost to.

    Raises:
        InputError: the run was not evaluated yet.
    """
    path = artifact.metrics("test")
    if not path.is_file():
        raise InputError(f"{path}: not there; run scripts/evaluate.py --run {artifact.name} first")


def record_cost(artifact: Artifact, texts: list[str]) -> dict[str, Any]:
    """Measure and write the key ``cost`` of ``test_metrics.json``; return that record."""
    path = artifact.metrics("test")
    record = read_json(path) | {"cost": measure_cost(artifact, texts)}
    write_json(path, record)
    return record


def summary(record: dict[str, Any]) -> str:
    """The cost of a run in a line."""
    cost = record["cost"]
    latency = ", ".join(f"{name} {ms['p50']:.2f} ms" for name, ms in cost["latency_ms"].items())
    return (
        f"{record['run']}: fp32 {cost['fp32_bytes'] / 1e6:.1f} MB, "
        f"int8 {cost['int8_bytes'] / 1e6:.1f} MB, {latency} ({cost['tokens']} tokens)"
    )


def measure_cost(artifact: Artifact, texts: list[str], repeats: int = REPEATS) -> dict[str, Any]:
    """Sizes of the ONNX files and latency in milliseconds of torch, ONNX fp32 and ONNX int8.

    One thread each, one text at a time: the text of median length, tokenized beforehand. The three
    take turns, so that whatever else slows the machine slows all of them.

    Args:
        artifact: exported and quantized.
        texts: the split that the median is taken from.
    """
    lengths = dict(zip(texts, map(len, artifact.token_ids(texts)), strict=True))
    median = sorted(texts, key=lambda text: (lengths[text], text))[len(texts) // 2]
    runtimes = _runtimes(artifact, median)
    milliseconds: dict[str, list[float]] = {name: [] for name in runtimes}
    for repeat in tqdm(range(_WARM_UP + repeats), desc="latency", unit="turn"):
        for name, run in runtimes.items():
            started = time.perf_counter()
            run()
            if repeat >= _WARM_UP:
                milliseconds[name].append(1000 * (time.perf_counter() - started))
    return {
        "weights_sha256": sha256_of(artifact.weights),
        "fp32_bytes": artifact.onnx.stat().st_size,
        "int8_bytes": artifact.onnx_quantized.stat().st_size,
        "latency_ms": {name: _percentiles(values) for name, values in milliseconds.items()},
        "tokens": lengths[median],
        "repeats": repeats,
        "threads": 1,
        "timestamp": timestamp(),
        "machine": machine(),
    }


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
    for name, file in (("onnx_fp32", artifact.onnx), ("onnx_int8", artifact.onnx_quantized)):
        session = open_session(file)
        feeds = {node.name: encoded[node.name].numpy() for node in session.get_inputs()}
        runtimes[name] = lambda session=session, feeds=feeds: session.run(["logits"], feeds)
    return runtimes


def _percentiles(values: list[float]) -> dict[str, float]:
    p50, p95 = np.percentile(values, [50, 95])
    return {"p50": round(float(p50), 3), "p95": round(float(p95), 3)}
