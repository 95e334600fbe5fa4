"""A graph optimized beforehand computes the same, and comes out the same each time."""

from pathlib import Path

import numpy as np
import onnxruntime as ort
import pytest

from export.graph.ahead import AHEAD_LEVEL, LEVELS, SHIPPED_LEVEL, optimize_ahead
from export.graph.session import predict
from tests.tiny import Made
from training.data.load import LabelledData
from training.run.artifact import Artifact


def logits_as_shipped(artifact: Artifact, model: Path, texts: list[str]) -> np.ndarray:
    options = ort.SessionOptions()
    options.graph_optimization_level = LEVELS[SHIPPED_LEVEL]
    session = ort.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    tokenizer = artifact.load_tokenizer()
    rows = []
    for text in texts:
        encoded = tokenizer(text, truncation=True, return_tensors="np")
        feeds = {node.name: encoded[node.name].astype(np.int64) for node in session.get_inputs()}
        rows.append(session.run(["logits"], feeds)[0][0])
    return np.array(rows)


@pytest.mark.parametrize("kind", ["onnx", "onnx_quantized"])
def test_it_computes_what_the_runtime_would_have_made_of_it(
    exported: Made, sample_data: LabelledData, tmp_path: Path, kind: str
) -> None:
    artifact, texts = exported.artifact, list(sample_data.splits["test"]["text"][:40])
    source, target = getattr(artifact, kind), tmp_path / "ahead.onnx"
    optimize_ahead(source, target)
    np.testing.assert_allclose(
        logits_as_shipped(artifact, target, texts), predict(artifact, source, texts), atol=1e-5
    )


def test_equal_graphs_give_equal_bytes(exported: Made, tmp_path: Path) -> None:
    for name in ("first.onnx", "second.onnx"):
        optimize_ahead(exported.artifact.onnx_quantized, tmp_path / name)
    first, second = ((tmp_path / f"{name}.onnx").read_bytes() for name in ("first", "second"))
    assert first == second != exported.artifact.onnx_quantized.read_bytes()
    assert AHEAD_LEVEL != SHIPPED_LEVEL
