"""Recipes are measured once, on record at once, and the nearest that fits is named."""

import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from export.pipeline import StaleStages
from export.quality.distance import logit_distance
from export.search import RECORD
from export.search.candidates import Candidate, best_of, load_candidates, table
from export.search.nodes import arrangements
from export.search.plot import front, short_name
from export.search.run import Search
from scripts.study.search_quantization import CANDIDATES, PLOTS, main
from tests.conftest import SAMPLE_DIR
from tests.tiny import Made
from training.run.artifact import ARTIFACTS_DIR, BROWSER_RUN, Artifact, study_record
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
    assert found["split"] == "validation"
    assert found["basis"]["onnx_fp32_sha256"] == sha256_of(artifact.onnx)
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


@dataclass
class Study:
    """A run, the schemes to measure on it, and the record that comes of it."""

    artifact: Artifact
    folder: Path

    def run(self, *more: str, schemes: str = SCHEMES, data: Path = SAMPLE_DIR) -> dict[str, Any]:
        path = self.folder / "search.yaml"
        path.write_text(schemes)
        command = ["--run", str(self.artifact.path), "--data", str(data), "--schemes", str(path)]
        assert main([*command, *more]) == 0
        return self.record()

    @property
    def path(self) -> Path:
        return self.artifact.path / "quantization.json"

    def record(self) -> dict[str, Any]:
        return json.loads(self.path.read_text())

    def mark(self) -> None:
        """Make figures that nobody measured, to see which of them are taken for measured."""
        record = self.record()
        for row in record["candidates"].values():
            row["logit_rms"] = 99.0
        self.path.write_text(json.dumps(record))


@pytest.fixture
def study(exported: Made, tmp_path: Path) -> Study:
    return Study(exported.copy(), tmp_path)


def marked(record: dict[str, Any]) -> list[str]:
    """The schemes that were not measured again."""
    return [name for name, row in record["candidates"].items() if row["logit_rms"] == 99.0]


def test_another_run_than_the_committed_one_is_recorded_in_its_own_folder(study: Study) -> None:
    before = RECORD.read_bytes(), (PLOTS / "quantization.svg").read_bytes()
    study.run()
    assert (RECORD.read_bytes(), (PLOTS / "quantization.svg").read_bytes()) == before
    assert (study.artifact.path / "sensitivity.svg").is_file()
    assert study_record(RECORD, Artifact(ARTIFACTS_DIR / BROWSER_RUN)) == RECORD
    elsewhere = Artifact(study.folder / BROWSER_RUN)  # of the same name, but not that run
    assert study_record(RECORD, elsewhere) == elsewhere.path / RECORD.name


def test_an_edited_scheme_of_the_same_name_is_measured_again(study: Study) -> None:
    study.run()
    study.mark()
    edited = SCHEMES.replace("{method: rowwise}", "{method: rowwise, smoothing: 0.0}")
    assert marked(study.run(schemes=edited)) == ["one scale"]


def test_a_row_of_an_int8_file_that_is_made_no_more_is_measured_again(study: Study) -> None:
    record = study.run()
    made = record["candidates"]["rows"]["int8_sha256"]
    study.mark()
    record = study.record()
    record["candidates"]["rows"]["int8_sha256"] = "0" * 64  # as by another quantizer
    study.path.write_text(json.dumps(record))
    again = study.run()
    assert marked(again) == ["one scale"]
    assert again["candidates"]["rows"]["int8_sha256"] == made


def test_on_other_texts_everything_is_measured_again(study: Study, tmp_path: Path) -> None:
    study.run()
    study.mark()
    assert marked(study.run()) == ["one scale", "rows"]
    other = Path(shutil.copytree(SAMPLE_DIR, tmp_path / "other"))
    lines = (other / "validation.csv").read_text().splitlines(keepends=True)
    (other / "validation.csv").write_text("".join(lines[:-1]))
    record = study.run(data=other)
    assert marked(record) == []


def test_a_made_file_is_not_found_by_its_name(study: Study, tmp_path: Path) -> None:
    stages = StaleStages(study.artifact, SAMPLE_DIR)
    stages.export()
    for name in ("0.onnx", "rows.onnx"):
        (tmp_path / name).write_bytes(b"left by somebody")
    search = Search(stages, study.path, tmp_path)
    search.measure_schemes(load_candidates_of(tmp_path))
    assert search.record["candidates"]["rows"]["bytes"] > 1000


def load_candidates_of(folder: Path) -> list[Candidate]:
    (folder / "search.yaml").write_text(SCHEMES)
    return load_candidates(folder / "search.yaml")


def test_without_a_browser_nothing_is_measured_first(
    study: Study, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("export.bench.latency.install_packages", lambda _: None)

    def missing(_: object) -> None:
        raise InputError("no Chromium found; install it")

    monkeypatch.setattr("export.browser.launch.launch_options", missing)
    command = ["--run", str(study.artifact.path), "--data", str(SAMPLE_DIR), "--browser"]
    assert main(command) == 2
    assert capsys.readouterr().err == "error: no Chromium found; install it\n"
    assert not study.path.exists()
