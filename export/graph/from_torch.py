"""artifact → model.onnx, accepted only when its logits equal torch's."""

import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from optimum.exporters.onnx import export
from optimum.exporters.tasks import TasksManager

from export.fresh import finish
from export.graph import session as runtime
from export.graph.exported import inputs_of, stamp_of
from export.graph.quiet import quiet_libraries
from training.bases.pooling import MEAN_POOLED
from training.measure import predict as torch_runtime
from training.measure.predict import open_classifier
from training.run.artifact import Artifact
from training.run.errors import CheckError

MAX_LOGIT_DIFFERENCE = 1e-4
CHECKED_TEXTS = 64
_TASK = "text-classification"


class ExportError(CheckError):
    """The exported graph does not compute what torch computes."""


def pick_texts(texts: Sequence[str]) -> list[str]:
    """At most 64 texts spread evenly over the lengths that occur."""
    ranked = sorted(texts, key=lambda text: (len(text), text))
    places = np.linspace(0, len(ranked) - 1, min(CHECKED_TEXTS, len(ranked)))
    return [ranked[round(place)] for place in places]


def export_onnx(artifact: Artifact, texts: Sequence[str]) -> Path:
    """Write ``onnx/model.onnx``, float32, with dynamic batch and length.

    Args:
        artifact: a fine-tuned run.
        texts: real texts; logits on 64 of them are compared with torch.

    Raises:
        ExportError: a logit differs from torch by more than 1e-4.
    """
    artifact.onnx_dir.mkdir(exist_ok=True)
    inputs = inputs_of(artifact)
    with tempfile.TemporaryDirectory(dir=artifact.onnx_dir) as folder:
        with quiet_libraries():
            _write_onnx(artifact, Path(folder) / "model.onnx")
        exported = Path(folder) / "model.onnx"
        difference = _largest_difference(artifact, exported, pick_texts(texts))
        if not difference <= MAX_LOGIT_DIFFERENCE:  # also catches NaN
            raise ExportError(
                f"{artifact.path}: logits of model.onnx differ from torch by {difference:.2e}, "
                f"more than {MAX_LOGIT_DIFFERENCE:.0e}; nothing was written"
            )
        shutil.move(exported, artifact.onnx)
    finish(stamp_of(artifact), inputs, artifact.onnx, max_logit_difference=difference)
    return artifact.onnx


def _write_onnx(artifact: Artifact, output: Path) -> None:
    # Not optimum's main_export: it refuses classes from outside transformers.
    model = open_classifier(artifact)
    kind = model.config.model_type.removeprefix(MEAN_POOLED)  # the same inputs
    describe = TasksManager.get_exporter_config_constructor(
        "onnx", task=_TASK, model_type=kind, library_name="transformers"
    )
    export(model, describe(model.config), output)


def _largest_difference(artifact: Artifact, model: Path, texts: list[str]) -> float:
    expected = torch_runtime.predict(artifact, texts, description="check: torch")
    actual = runtime.predict(artifact, model, texts, description="check: ONNX fp32")
    return float(np.abs(expected - actual).max())
