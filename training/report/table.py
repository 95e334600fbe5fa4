"""The rows of the table: our runs and the published figures, with what each costs."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from training.report.load import Run
from training.report.record import Latency
from training.run.files import read_json

PUBLISHED = Path(__file__).parent / "published_metrics.json"
RUNTIMES = ("torch", "onnx_fp32", "onnx_int8")

_SCORES = ("accuracy", "macro_f1", "micro_f1", "weighted_f1")
_OWN_SCORES = ("macro_f1_ci95", "top3_accuracy", "top5_accuracy", "ece")
_COSTS = ("fp32_bytes", "int8_bytes")


def run_row(run: Run) -> dict[str, Any]:
    """Everything the record says in figures; None where it was not measured."""
    record = run.record
    cost = record.cost
    return {
        "kind": "encoder" if run.is_encoder else "baseline",
        "run": run.name,
        "model": record.model,
        "derived": record.base.source == "derived",
        **{key: getattr(record, key) for key in _SCORES},
        **{key: getattr(record, key) for key in _OWN_SCORES if key != "macro_f1_ci95"},
        "macro_f1_ci95": list(record.macro_f1_ci95),
        "validation_macro_f1": run.validation.macro_f1 if run.validation else None,
        "n": record.n,
        "parameters": record.parameters,
        **{key: getattr(cost, key) if cost else None for key in _COSTS},
        **{f"{runtime}_ms": _median(run, runtime) for runtime in RUNTIMES},
        "measurement": _measurement(run),
        "train_seconds": record.train_seconds,
        "gpu": run.gpu,
        "peak_memory_bytes": record.peak_memory_bytes,
    }


def _median(run: Run, runtime: str) -> float | None:
    cost = run.record.cost
    latency: Latency | None = (cost.latency_ms or {}).get(runtime) if cost else None
    return latency.p50 if latency else None


def _measurement(run: Run) -> str | None:
    cost = run.record.cost
    return cost.measurement.id if cost and cost.measurement else None


def published_rows(label_names: Sequence[str]) -> list[dict[str, Any]]:
    """The published runs; none where the labels are not the ones that they speak of."""
    published = read_json(PUBLISHED)
    named = {row["emotion"] for run in published["runs"] for row in run["top5"] + run["bottom5"]}
    if not named <= set(label_names):
        return []
    return [
        {
            "kind": "published",
            "run": run["run"],
            "model": run["model"],
            "derived": False,
            **{key: run[key] for key in _SCORES},
            **dict.fromkeys((*_OWN_SCORES, "validation_macro_f1")),
            "n": published["n"],
            **dict.fromkeys(("parameters", *_COSTS)),
            **dict.fromkeys((*(f"{runtime}_ms" for runtime in RUNTIMES), "measurement")),
            **dict.fromkeys(("train_seconds", "gpu", "peak_memory_bytes")),
        }
        for run in published["runs"]
    ]


def published_classes() -> dict[str, dict[str, list[dict[str, Any]]]]:
    """Published best and worst classes, by run."""
    published = read_json(PUBLISHED)
    return {
        run["run"]: {
            ours: [{"label": row["emotion"], **row} for row in run[theirs]]
            for ours, theirs in (("best", "top5"), ("worst", "bottom5"))
        }
        for run in published["runs"]
    }


def provenance(run: Run) -> dict[str, Any]:
    """Where the weights and the record came from."""
    record = run.record
    derivation = record.base.derivation or {}
    return {
        "run": run.name,
        "config": record.config,
        "base": record.base.id,
        "base_source": record.base.source,
        "base_sha256": record.base.sha256,
        "stands_for": derivation.get("stands_for"),
        "method": derivation.get("method"),
        "seed": record.seed,
        "timestamp": record.timestamp,
        "commit": record.commit,
    }


def efficiency(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """What each encoder adds over each baseline, per megabyte and per millisecond of int8.

    In points of macro-F1, a hundredth each. Where there is no baseline, over nothing.
    """
    baselines = {row["run"]: row["macro_f1"] for row in rows if row["kind"] == "baseline"}
    return [
        {
            "run": row["run"],
            "over": over,
            "points": (points := 100 * (row["macro_f1"] - score)),
            "per_megabyte": points / (row["int8_bytes"] / 1e6) if row["int8_bytes"] else None,
            "per_millisecond": points / row["onnx_int8_ms"] if row["onnx_int8_ms"] else None,
        }
        for row in rows
        if row["kind"] == "encoder"
        for over, score in (baselines or {None: 0.0}).items()
    ]


def measured_on(runs: Sequence[Run]) -> list[dict[str, Any]]:
    """The distinct measurements, machines and settings of latencies, and for which runs."""
    found: dict[str, dict[str, Any]] = {}
    for run in runs:
        cost = run.record.cost
        if cost is None or not cost.latency_ms:
            continue
        place = {
            "measurement": _measurement(run) or run.name,  # by itself
            "machine": cost.machine,
            "threads": cost.threads,
        }
        entry = found.setdefault(json.dumps(place, sort_keys=True), {**place, "runs": []})
        entry["runs"].append(run.name)
        entry.setdefault("tokens", cost.tokens)
    return list(found.values())
