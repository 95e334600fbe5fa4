import json
import runpy
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from export.quality import cost
from export.quality.cost import measure_costs
from tests.tiny import Made
from training.data.load import LabelledData
from training.data.sources import SAMPLE_DIR
from training.measure.evaluate import evaluate
from training.run.artifact import Artifact
from training.run.files import ROOT, sha256_of


def test_sizes_and_latency_of_each_runtime(exported: Made, sample_data: LabelledData) -> None:
    artifact = exported.artifact
    texts = sample_data.splits["test"]["text"]
    found = measure_costs({artifact: texts}, repeats=5)[artifact]
    assert found["fp32_bytes"] == artifact.onnx.stat().st_size
    assert found["int8_bytes"] == artifact.onnx_quantized.stat().st_size < found["fp32_bytes"]
    assert set(found["latency_ms"]) == {"torch", "onnx_fp32", "onnx_int8"}
    for percentiles in found["latency_ms"].values():
        assert 0 < percentiles["p50"] <= percentiles["p95"]
    tokenizer = artifact.load_tokenizer()
    lengths = sorted(len(tokenizer(text)["input_ids"]) for text in texts)
    assert found["tokens"] == lengths[len(texts) // 2]


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

    int8 = artifact.onnx_quantized.read_bytes()
    artifact.onnx_quantized.write_bytes(int8 + b"\0")
    assert "cost" not in evaluate(artifact, sample_data)
    artifact.onnx_quantized.write_bytes(int8)
    artifact.metrics("test").write_text(json.dumps(record))
    assert "cost" in evaluate(artifact, sample_data)

    weights = artifact.weights.read_bytes()
    artifact.weights.write_bytes(weights[:-2] + bytes([weights[-2] ^ 1, weights[-1]]))
    assert "cost" not in evaluate(artifact, sample_data)


def test_runs_that_are_compared_take_turns_in_one_measurement(
    exported: Made, sample_data: LabelledData, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = exported.artifact
    second = Artifact(Path(shutil.copytree(first.path, exported.folder / "second" / "other")))
    texts = list(sample_data.splits["test"]["text"])
    turns: list[str] = []
    honest = cost._runtimes

    def watched(artifact: Artifact, text: str) -> dict[str, Callable[[], object]]:
        return {
            name: lambda run=run, name=name: (turns.append(f"{artifact.name} {name}"), run())
            for name, run in honest(artifact, text).items()
        }

    monkeypatch.setattr(cost, "_runtimes", watched)
    found = measure_costs({first: texts, second: texts}, repeats=2)
    one_turn = [f"{run} {name}" for run in ("tiny", "other") for name in found[first]["latency_ms"]]
    assert len(one_turn) == 6 and turns == one_turn * (len(turns) // 6)
    assert found[first]["measurement"] == found[second]["measurement"]
    assert found[first]["measurement"]["runs"] == ["tiny", "other"]
    for artifact in (first, second):
        assert found[artifact]["files"]["onnx_int8"] == sha256_of(artifact.onnx_quantized)
        assert found[artifact]["machine"] == found[first]["machine"]
    again = measure_costs({first: texts}, repeats=1)
    assert again[first]["measurement"]["id"] != found[first]["measurement"]["id"]


def test_a_run_that_was_not_evaluated_is_refused(
    exported: Made, capsys: pytest.CaptureFixture[str]
) -> None:
    artifact = exported.copy()
    artifact.metrics("test").unlink(missing_ok=True)
    main = runpy.run_path(str(ROOT / "scripts" / "measure.py"))["main"]
    assert main(["cost", "--run", str(artifact.path)]) == 2
    assert "run scripts/evaluate.py --run tiny first" in capsys.readouterr().err
