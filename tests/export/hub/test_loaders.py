"""What Python libraries make of the folder, each in a process that has nothing of this project."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from export.graph import session as runtime
from export.hub.agreement import sentences
from training.measure.predict import predict
from training.run.artifact import Artifact

TEXTS = sentences()[:24]
_REPORT = """
found = classify(json.loads(sys.argv[2]), top_k=None, truncation=True, batch_size=8)
print(json.dumps([{s["label"]: s["score"] for s in scores} for scores in found]))
"""
_TORCH = """
import json, sys
from transformers import pipeline
classify = pipeline("text-classification", sys.argv[1], trust_remote_code=True)
"""
_OPTIMUM = """
import json, sys
from optimum.onnxruntime import ORTModelForSequenceClassification
from transformers import AutoTokenizer, pipeline
model = ORTModelForSequenceClassification.from_pretrained(sys.argv[1], file_name=sys.argv[3])
classify = pipeline("text-classification", model=model,
                    tokenizer=AutoTokenizer.from_pretrained(sys.argv[1]))
"""
Softmax = Callable[[np.ndarray], np.ndarray]


def call(program: str, given: Artifact, tmp_path: Path, *more: str) -> subprocess.CompletedProcess:
    command = [sys.executable, "-c", program, str(given.path), json.dumps(TEXTS), *more]
    environment = os.environ | {"HF_HUB_OFFLINE": "1", "HF_HOME": str(tmp_path)}
    return subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, text=True)


def scores(given: Artifact, done: subprocess.CompletedProcess) -> np.ndarray:
    """Probabilities, [n, labels], in the order of the labels."""
    assert done.returncode == 0, done.stderr
    rows = json.loads(done.stdout.splitlines()[-1])
    return np.array([[row[label] for label in given.load_labels()] for row in rows])


@pytest.mark.slow
def test_transformers_answers_as_our_torch(
    given: Artifact, pooled_run: Artifact, tmp_path: Path, chances: Softmax
) -> None:
    done = call(_TORCH + _REPORT, given, tmp_path)
    np.testing.assert_allclose(
        scores(given, done), chances(predict(pooled_run, TEXTS)), atol=1e-5, rtol=0
    )
    for trouble in ("newly initialized", "were not used", "to instantiate a model of type"):
        assert trouble not in done.stderr


@pytest.mark.slow
def test_without_trust_it_fails_instead_of_answering_at_random(
    given: Artifact, tmp_path: Path
) -> None:
    done = call(_TORCH.replace(", trust_remote_code=True", "") + _REPORT, given, tmp_path)
    assert done.returncode == 1 and done.stdout == ""
    assert "size mismatch" in done.stderr and "torch.Size([0]) from checkpoint" in done.stderr


@pytest.mark.slow
def test_optimum_answers_as_our_float32(
    given: Artifact, pooled_run: Artifact, tmp_path: Path, chances: Softmax
) -> None:
    done = call(_OPTIMUM + _REPORT, given, tmp_path, "model.onnx")
    expected = chances(runtime.predict(pooled_run, pooled_run.onnx, TEXTS))
    np.testing.assert_allclose(scores(given, done), expected, atol=1e-5, rtol=0)


@pytest.mark.slow
def test_optimum_answers_as_our_int8(
    given: Artifact, pooled_run: Artifact, tmp_path: Path, chances: Softmax
) -> None:
    found = scores(given, call(_OPTIMUM + _REPORT, given, tmp_path, "model_quantized.onnx"))
    exact = chances(runtime.predict(pooled_run, pooled_run.onnx, TEXTS))
    ours = chances(runtime.predict(pooled_run, pooled_run.onnx_quantized, TEXTS))
    assert np.abs(found - ours).max() < np.abs(ours - exact).max()
    assert np.std(found - ours) < 0.5 * np.std(ours - exact)
