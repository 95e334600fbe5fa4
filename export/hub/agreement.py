"""How near the files for other people are to PyTorch, alone and in padded batches."""

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from export.graph import session as runtime
from export.quality.distance import logit_distance
from training.data.sources import SAMPLE_DIR
from training.measure import predict as torch_runtime
from training.run.artifact import Artifact
from training.run.errors import CheckError

BATCH = 16
ALONE, TOGETHER = "alone", "in_batches"
_SPLITS = ("validation", "test")  # train is what activations were measured on
Logits = NDArray[np.float32]


def sentences() -> list[str]:
    """Sentences that were written for this project, always at hand."""
    found = []
    for split in _SPLITS:
        with (SAMPLE_DIR / f"{split}.csv").open(encoding="utf-8", newline="") as file:
            found += [row["situation"] for row in csv.DictReader(file)]
    return found


def predict_in_batches(artifact: Artifact, model: Path, texts: Sequence[str]) -> Logits:
    """Logits of each text, [n, labels], by an ONNX file, texts padded to the longest of 16."""
    tokenizer = artifact.load_tokenizer()
    session = runtime.open_session(model)
    names = [node.name for node in session.get_inputs()]
    logits = []
    for start in range(0, len(texts), BATCH):
        batch = list(texts[start : start + BATCH])
        encoded = tokenizer(batch, truncation=True, padding=True, return_tensors="np")
        feeds = {name: encoded[name].astype(np.int64) for name in names}
        logits.append(session.run(["logits"], feeds)[0])
    return np.concatenate(logits)


def measure_agreement(
    artifact: Artifact, given: Artifact, texts: Sequence[str], *, masked: bool
) -> dict[str, Any]:
    """Each ONNX file of the folder ``given`` against PyTorch, alone and in batches.

    Args:
        artifact: the run that it was made from.
        masked: whether its int8 graph is ours with the mask put back.

    Raises:
        CheckError: the graph with the mask is further from ours, alone or padded, than ours is from
            PyTorch: then it is not the same model.
    """
    reference = torch_runtime.predict(artifact, texts, description="torch")
    results: dict[str, Any] = {"n": len(texts), "batch": BATCH}
    for file in (given.onnx, given.onnx_quantized):
        logits = {
            ALONE: runtime.predict(given, file, texts, description=file.name),
            TOGETHER: predict_in_batches(given, file, texts),
        }
        results[file.name] = {
            way: logit_distance(values, reference) for way, values in logits.items()
        }
        if masked and file == given.onnx_quantized:
            _require_same(artifact, texts, logits, results[file.name][ALONE]["logit_rms"])
    return results


def _require_same(
    artifact: Artifact, texts: Sequence[str], logits: dict[str, Logits], most: float
) -> None:
    ours = runtime.predict(artifact, artifact.onnx_quantized, texts, description="int8 of the page")
    for way, values in logits.items():
        distance = logit_distance(values, ours)["logit_rms"]
        if not distance <= most:  # also catches NaN
            raise CheckError(
                f"{artifact.onnx_quantized}: with an attention mask, {way.replace('_', ' ')}, its "
                f"logits move by {distance:.4f} (rms), more than rounding costs ({most:.4f}); "
                "nothing was written"
            )
