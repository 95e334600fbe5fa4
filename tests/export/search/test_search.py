"""Recipes are measured once, on record at once, and the nearest that fits is named."""

import json
from pathlib import Path

import numpy as np
import pytest

from export.quality.distance import logit_distance
from export.search.candidates import best_of, load_candidates, load_search, table
from export.search.nodes import arrangements
from export.search.plot import front, short_name
from scripts.study.search_quantization import CANDIDATES, main
from tests.conftest import SAMPLE_DIR
from tests.tiny import Made
from training.run.errors import InputError
from training.run.files import sha256_of

SCHEMES = """
- {name: one scale, scheme: {per_channel: false}}
- {name: rows, scheme: {method: rowwise}}
"""


def test_the_bundled_schemes_can_be_read() -> None:
    candidates = load_candidates(CANDIDATES)
    assert len({candidate.name for candidate in candidates}) == len(candidates) > 5


@pytest.mark.parametrize("text", ["- {name: a}", "- {name: a, scheme: {method: magic}}", "x: 1"])
def test_a_broken_list_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "search.yaml").write_text(text)
    with pytest.raises(InputError, match="not a list of schemes") as got:
        load_candidates(tmp_path / "search.yaml")
    assert "\n" not in str(got.value)


def test_the_nearest_that_fits_is_chosen() -> None:
    sizes = {"near": (30e6, 0.01), "far": (20e6, 0.3), "middle": (24e6, 0.1)}
    rows = {name: {"gzip_bytes": size, "logit_rms": rms} for name, (size, rms) in sizes.items()}
    assert best_of({"candidates": rows}, 24) == "middle"
    assert best_of({"candidates": rows}, 40) == "near"
    assert best_of({"candidates": rows}, 1) is None


def test_the_front_is_what_nothing_beats() -> None:
    points = {"a": (1, 9.0), "b": (2, 5.0), "worse": (3, 5.5), "c": (4, 1.0), "same": (4, 2.0)}
    rows = {name: {"gzip_bytes": size, "logit_rms": rms} for name, (size, rms) in points.items()}
    assert front(rows) == ["a", "b", "c"]


def test_nodes_are_rounded_alone_and_spared_alone() -> None:
    assert arrangements(["a", "b", "c"], "b") == {"alone": ["a", "c"], "spared": ["b"]}
    assert short_name("/bert/encoder/layer.3/output/dense/MatMul") == "layer 3, output/dense"
    assert short_name("/classifier/MatMul") == "classifier"


def test_distance_is_of_all_logits_and_of_first_answers() -> None:
    found = logit_distance(np.array([[1.0, 0.0], [2.0, 3.0]]), np.array([[0.0, 1.0], [2.0, 3.0]]))
    assert found == {"logit_rms": pytest.approx(0.5**0.5), "agreement": 0.5}


def test_each_scheme_is_measured_once_for_the_same_weights(
    exported: Made, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    artifact = exported.copy()
    schemes, record = tmp_path / "search.yaml", tmp_path / "record.json"
    schemes.write_text(SCHEMES)
    command = ["--run", str(artifact.path), "--data", str(SAMPLE_DIR), "--schemes", str(schemes)]
    command += ["--record", str(record), "--plots", str(tmp_path)]
    assert main(command) == 0
    found = json.loads(record.read_text())
    assert found["split"] == "validation" and found["model_sha256"] == sha256_of(artifact.onnx)
    rows = found["candidates"]
    assert list(rows) == ["one scale", "rows"]
    assert 0 < rows["rows"]["logit_rms"] < rows["one scale"]["logit_rms"]
    assert rows["rows"]["gzip_bytes"] < rows["rows"]["bytes"] < artifact.onnx.stat().st_size / 3
    assert "nearest of those up to 24.0 MB compressed: rows" in capsys.readouterr().out
    assert len(table(found).splitlines()) == 4
    for name in ("quantization.svg", "sensitivity.svg"):
        assert "<svg" in (tmp_path / name).read_text()
    schemes.write_text(SCHEMES + "- {name: smooth, scheme: {method: rowwise, smoothing: 0.7}}")
    assert main(command) == 0
    again = json.loads(record.read_text())["candidates"]
    assert again["rows"] == rows["rows"] and len(again) == 3
    artifact.onnx.write_bytes(artifact.onnx.read_bytes() + b"\0")
    assert load_search(record, artifact)["candidates"] == {}
