"""A run whose records are the committed ones, or made up; its models are a few bytes."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from export.site.card.facts import card_facts
from training.run.artifact import ARTIFACTS_DIR, BROWSER_RUN, Artifact
from training.run.files import read_json, sha256_of

RECORDS = ("run.yaml", "config.json", "training.json", "parity.json", "calibration.json")


def edit(path: Path, **changes: Any) -> None:
    path.write_text(json.dumps(read_json(path) | changes))


@pytest.fixture
def bare(tmp_path: Path) -> Artifact:
    """A run that may be shipped, of which nothing more is on record."""
    artifact = Artifact(tmp_path / "artifacts" / BROWSER_RUN)
    artifact.onnx_dir.mkdir(parents=True)
    for name in RECORDS:
        shutil.copyfile(ARTIFACTS_DIR / BROWSER_RUN / name, artifact.path / name)
    artifact.weights.write_bytes(b"weights")
    artifact.onnx_quantized.write_bytes(b"int8")
    return artifact


@pytest.fixture
def full(bare: Artifact) -> Artifact:
    """The same with all records, and with other runs beside it."""
    for folder in ARTIFACTS_DIR.iterdir():
        for record in folder.glob("*_metrics.json"):
            (bare.path.parent / folder.name).mkdir(exist_ok=True)
            shutil.copyfile(record, bare.path.parent / folder.name / record.name)
    for split in ("validation", "test"):
        record = read_json(bare.metrics(split))
        cost = record.get("cost", {}) | {"weights_sha256": sha256_of(bare.weights)}
        cost |= {"files": {"onnx_int8": sha256_of(bare.onnx_quantized)}}
        edit(bare.metrics(split), weights_sha256=sha256_of(bare.weights), cost=cost)
    shutil.copyfile(ARTIFACTS_DIR / BROWSER_RUN / "robustness.json", bare.robustness)
    edit(bare.robustness, onnx_int8_sha256=sha256_of(bare.onnx_quantized))
    return bare


@pytest.fixture
def facts_of() -> Callable[[Artifact], dict[str, Any]]:
    """What the card of a run is filled with."""

    def collect(artifact: Artifact) -> dict[str, Any]:
        calibration, training = read_json(artifact.calibration), read_json(artifact.training_record)
        card = {"run": artifact.name, "architecture": "Bert", "parameters": training["parameters"]}
        bundle = {
            "version": "0123456789abcdef",
            "labels": artifact.load_labels(),
            "families": [group for group in calibration["families"] if len(group) > 1],
            "max_length": 128,
            "unsure_below": calibration["unsure_below"],
            "card": card | {"base": training["base"]},
        }
        return card_facts(artifact, read_json(artifact.parity), calibration, bundle)

    return collect
