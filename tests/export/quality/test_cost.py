import json
import runpy

import pytest

from export.quality.cost import measure_cost
from tests.tiny import Made
from training.data.load import LabelledData
from training.data.sources import SAMPLE_DIR
from training.measure.evaluate import evaluate
from training.run.files import ROOT, sha256_of


def test_sizes_and_latency_of_each_runtime(exported: Made, sample_data: LabelledData) -> None:
    artifact = exported.artifact
    texts = sample_data.splits["test"]["text"]
    cost = measure_cost(artifact, texts, repeats=5)
    assert cost["fp32_bytes"] == artifact.onnx.stat().st_size
    assert cost["int8_bytes"] == artifact.onnx_quantized.stat().st_size < cost["fp32_bytes"]
    assert set(cost["latency_ms"]) == {"torch", "onnx_fp32", "onnx_int8"}
    for percentiles in cost["latency_ms"].values():
        assert 0 < percentiles["p50"] <= percentiles["p95"]
    tokenizer = artifact.load_tokenizer()
    lengths = sorted(len(tokenizer(text)["input_ids"]) for text in texts)
    assert cost["tokens"] == lengths[len(texts) // 2]


def test_the_script_adds_the_cost_and_a_new_evaluation_keeps_it_for_the_same_weights(
    exported: Made, sample_data: LabelledData
) -> None:
    artifact = exported.copy()
    before = evaluate(artifact, sample_data)
    assert "cost" not in before
    main = runpy.run_path(str(ROOT / "scripts" / "measure.py"))["main"]
    assert main(["cost", "--run", str(artifact.path), "--data", str(SAMPLE_DIR)]) == 0
    record = json.loads(artifact.metrics("test").read_text())
    assert record["cost"]["weights_sha256"] == sha256_of(artifact.weights)
    assert {k: v for k, v in record.items() if k != "cost"} == before
    assert evaluate(artifact, sample_data)["cost"] == record["cost"]

    weights = artifact.weights.read_bytes()
    artifact.weights.write_bytes(weights[:-2] + bytes([weights[-2] ^ 1, weights[-1]]))
    assert "cost" not in evaluate(artifact, sample_data)


def test_a_run_that_was_not_evaluated_is_refused(
    exported: Made, capsys: pytest.CaptureFixture[str]
) -> None:
    artifact = exported.copy()
    artifact.metrics("test").unlink(missing_ok=True)
    main = runpy.run_path(str(ROOT / "scripts" / "measure.py"))["main"]
    assert main(["cost", "--run", str(artifact.path)]) == 2
    assert "run scripts/evaluate.py --run tiny first" in capsys.readouterr().err
