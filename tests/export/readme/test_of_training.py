"""What the tables of training/README.md say where a record has less than others."""

import json
from pathlib import Path
from typing import Any

from export.readme.of_training import (
    _run_cells,
    agreement_of,
    chained_sentence,
    latency_note,
)
from training.run.artifact import Artifact


def row(run: str, measurement: str | None = "one", **changes: Any) -> dict[str, Any]:
    return {
        "kind": "encoder",
        "run": run,
        "model": "somebody/base",
        "derived": False,
        "parameters": 20_000_000,
        "int8_bytes": 20_000_000,
        "onnx_fp32_ms": 8.0,
        "onnx_int8_ms": 4.0,
        "measurement": measurement,
        "train_seconds": 2820.0,
        "gpu": None,
        "peak_memory_bytes": 3_000_000_000,
        "validation_macro_f1": 0.5,
        "accuracy": 0.5,
        "macro_f1": 0.5,
        "macro_f1_ci95": [0.4, 0.6],
    } | changes


def test_a_cell_says_what_is_on_record_and_no_more() -> None:
    assert _run_cells(row("a"), 0.984)[3:7] == [
        "47 min, 3.0 GB",
        "20.0 MB",
        "98.4%",
        "8.0 / 4.0 ms",
    ]
    gpu = {"gpu": "Some GPU", "peak_memory_bytes": None}
    assert _run_cells(row("a", **gpu), None)[3] == "47 min on Some GPU"
    half = {"int8_bytes": None, "onnx_int8_ms": None}
    assert _run_cells(row("a", **half), None)[4:7] == ["", "", "8.0 / – ms"]
    none = {"onnx_fp32_ms": None, "onnx_int8_ms": None, "train_seconds": None}
    assert _run_cells(row("a", **none), None)[3:7] == ["", "20.0 MB", "", ""]


def test_agreement_is_of_the_weights_in_the_table(tmp_path: Path) -> None:
    artifact = Artifact(tmp_path)
    assert agreement_of(artifact) is None
    parity = {"files": {"torch": {"sha256": "a"}}, "results": {"onnx_int8": {"agreement": 0.99}}}
    artifact.parity.write_text(json.dumps(parity))
    for weights, agreement in {"a": 0.99, "b": None}.items():
        artifact.metrics("test").write_text(json.dumps({"weights_sha256": weights}))
        assert agreement_of(artifact) == agreement


def test_only_latencies_of_one_measurement_are_said_to_compare() -> None:
    assert latency_note([row("a"), row("b")]) == ""
    assert latency_note([row("a"), row("b", onnx_fp32_ms=None, onnx_int8_ms=None)]) == ""
    apart = "Latencies were not measured together and do not compare."
    assert latency_note([row("a"), row("b", "two"), row("c", None)]) == apart
    some = latency_note([row("a"), row("b"), row("c", "two"), row("d", None), row("e", "two")])
    assert some.endswith("compare only where they were measured together: a and b; c and e.")


def test_the_trial_of_three_layers_stands_beside_what_was_kept() -> None:
    trial = {"best_validation_macro_f1": 0.51, "students": [1, 2], "base": {"id": "four"}}
    kept = {
        "run": "three",
        "best_validation_macro_f1": 0.52,
        "students": [1, 2, 3],
        "base": {"id": "somebody/base"},
    }
    said = chained_sentence(trial, kept)
    assert "from four, did not pay: the mean of 2 students has 0.5100" in said
    assert "that of 3 on base 0.5200 (-0.0100;" in said and "`three` is the latter" in said
