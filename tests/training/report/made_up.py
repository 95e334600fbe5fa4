"""Metrics records of models that were never trained: made-up answers of a wanted quality."""

import json
import zlib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from training.measure.metrics import classification_record
from training.run.artifact import ARTIFACTS_DIR, BROWSER_RUN

EMOTIONS: list[str] = json.loads(
    (ARTIFACTS_DIR / BROWSER_RUN / "test_metrics.json").read_text(encoding="utf-8")
)["label_names"]
MACHINE = {"processor": "Test CPU", "cores": 2, "system": "Linux"}


@dataclass(frozen=True)
class Model:
    """What a made-up model is like; quality is how far the right logit stands out."""

    run: str
    quality: float
    base: str = "none"
    megabytes: float | None = None  # as int8; None: its cost is not on record
    milliseconds: float | None = None  # of int8
    sharpness: float = 1.0  # above 1: more confident than right
    stands_for: str | None = None  # set: the base is a derived one


MODELS = (
    Model("distilbert_v1", 2.35, "sentence-transformers/all-MiniLM-L6-v2", 67.4, 9.1,
          stands_for="distilbert/distilbert-base-uncased"),
    Model("minilm_v1", 2.3, "sentence-transformers/all-MiniLM-L6-v2", 23.1, 2.2, 1.3),
    Model("tinybert_v1", 1.85, "huawei-noah/TinyBERT_General_4L_312D", 14.8, 1.1),
    Model("minilm_l12_v1", 2.2, "microsoft/MiniLM-L12-H384-uncased", 34.0, 4.3, 0.8),
    Model("tfidf_lr_v1", 1.6),
    Model("majority_v1", 0.0),
)  # fmt: skip


def make_record(model: Model, n: int = 600, names: list[str] = EMOTIONS) -> dict[str, Any]:
    """A record as scripts/evaluate.py writes it. All models meet the same texts."""
    texts = np.random.default_rng(1)
    classes = len(names)
    labels = texts.integers(0, classes, n)
    hardness = texts.normal(size=(n, classes))
    own = np.random.default_rng(zlib.crc32(model.run.encode()))
    knows = np.linspace(0.4, 1.6, classes)[:, None] * np.eye(classes)
    knows += 0.35 * np.eye(classes, k=1)  # each class is taken for the next
    logits = model.quality * knows[labels] + 0.8 * hardness + 0.5 * own.normal(size=(n, classes))
    if model.run.startswith("majority"):
        logits = np.tile(np.eye(classes)[0], (n, 1))
    return {
        "model": _model_name(model),
        "run": model.run,
        "config": f"{model.run.removesuffix('_v1')}.yaml",
        "timestamp": "2026-01-02T03:04:05+00:00",
        "split": "test",
        **classification_record(model.sharpness * 1.5 * logits, labels, names),
        "data": {"source": "directory", "id": "made up", "fingerprint": "f" * 64},
        "base": _base(model),
        "parameters": int((model.megabytes or 0.5) * 1e6),
        "seed": 42,
        "train_seconds": 500.5,
        "peak_memory_bytes": 2_500_000_000,
        "commit": "0123456789ab",
        "versions": {},
        **({"cost": _cost(model)} if model.megabytes else {}),
    }


def _base(model: Model) -> dict[str, Any]:
    base = {"source": "hub", "id": model.base, "revision": None, "sha256": "a" * 64}
    if model.base == "none":
        return {"source": "none", "id": model.run}
    if model.stands_for:
        made = {"stands_for": model.stands_for, "from": model.base, "method": "widened"}
        return base | {"source": "derived", "derivation": made}
    return base


def _model_name(model: Model) -> str:
    if model.stands_for:
        return f"{model.base} in the shape of {model.stands_for.split('/')[-1]}"
    return model.run if model.base == "none" else model.base


def _cost(model: Model) -> dict[str, Any]:
    assert model.megabytes and model.milliseconds
    fast = model.milliseconds
    return {
        "weights_sha256": "b" * 64,
        "fp32_bytes": int(3.94e6 * model.megabytes),
        "int8_bytes": int(1e6 * model.megabytes),
        "latency_ms": {
            "torch": {"p50": 4.1 * fast, "p95": 5 * fast},
            "onnx_fp32": {"p50": 2.3 * fast, "p95": 3 * fast},
            "onnx_int8": {"p50": fast, "p95": 1.4 * fast},
        },
        "measurement": {"id": "one"},
        "tokens": 24,
        "repeats": 50,
        "threads": 1,
        "machine": MACHINE,
    }


def write_run(
    artifacts: Path,
    record: dict[str, Any],
    name: str | None = None,
    validation: dict[str, Any] | None = None,
) -> Path:
    """Write nothing but the metrics records of a run; return its folder.

    Args:
        validation: its answers there; None: those to test over again, {}: no record.
    """
    folder = artifacts / (name or record["run"])
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "test_metrics.json").write_text(json.dumps(record), encoding="utf-8")
    if validation is None:
        validation = record | {"split": "validation"}
    if validation:
        (folder / "validation_metrics.json").write_text(json.dumps(validation), encoding="utf-8")
    return folder


def renamed(model: Model, run: str) -> Model:
    """The same model under another name."""
    return replace(model, run=run)
