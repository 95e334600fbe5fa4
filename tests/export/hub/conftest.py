from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import yaml

from export.graph.from_torch import export_onnx
from export.hub.folder import write_folder
from export.int8.quantize import quantize
from tests.tiny import make_tiny_config
from training.data.load import LabelledData
from training.fit.finetune import finetune
from training.measure.evaluate import evaluate
from training.run.artifact import Artifact
from training.run.config import load_config


@pytest.fixture(scope="session")
def pooled_run(
    tiny_base: Path, sample_data: LabelledData, tmp_path_factory: pytest.TempPathFactory
) -> Artifact:
    """A mean-pooled run whose int8 file is for single texts, as that of the page: to read."""
    folder = tmp_path_factory.mktemp("pooled")
    path = make_tiny_config(folder / "pooled.yaml", tiny_base, run="pooled", pooling="mean")
    settings = yaml.safe_load(path.read_text()) | {"quantize": {"method": "rowwise"}}
    path.write_text(yaml.safe_dump(settings))
    artifact = finetune(load_config(path), path, sample_data, folder / "runs")
    export_onnx(artifact, sample_data.splits["validation"]["text"])
    quantize(artifact, artifact.load_config().quantize)
    evaluate(artifact, sample_data)
    return artifact


@pytest.fixture(scope="session")
def given(pooled_run: Artifact, tmp_path_factory: pytest.TempPathFactory) -> Artifact:
    """The folder for other people, to read."""
    out = tmp_path_factory.mktemp("given") / "pooled"
    write_folder(pooled_run, out, language="en")
    return Artifact(out)


@pytest.fixture(scope="session")
def chances() -> Callable[[np.ndarray], np.ndarray]:
    """Logits [n, labels] → probabilities."""

    def softmax(logits: np.ndarray) -> np.ndarray:
        powers = np.exp(logits - logits.max(axis=1, keepdims=True))
        return powers / powers.sum(axis=1, keepdims=True)

    return softmax
