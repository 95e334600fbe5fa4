"""scripts/measure.py robustness on a tiny run, from the command line to the record."""

import csv
import json
import runpy
import shutil
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

import numpy as np
import pytest

from export.graph import session as runtime
from tests.tiny import Made
from training.behaviour.pairs import EXAMPLES
from training.behaviour.perturb import PERTURBATIONS
from training.data.load import LabelledData
from training.data.sources import SAMPLE_DIR
from training.run.artifact import Artifact
from training.run.config import SPLITS
from training.run.files import ROOT, sha256_of

script = runpy.run_path(str(ROOT / "scripts" / "measure.py"))["main"]


def main(artifact: Path | str, data: Path = SAMPLE_DIR) -> int:
    return script(["robustness", "--run", str(artifact), "--data", str(data)])


@pytest.fixture(scope="module")
def stressed(
    exported: Made, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Artifact, dict, str]:
    """The artifact, its record, and what was printed."""
    folder, out = tmp_path_factory.mktemp("stressed") / "tiny", StringIO()
    artifact = Artifact(Path(shutil.copytree(exported.artifact.path, folder)))
    with redirect_stdout(out):
        assert main(artifact.path) == 0
    return artifact, json.loads((artifact.path / "robustness.json").read_text()), out.getvalue()


def test_the_record_says_what_was_measured(
    stressed: tuple[Artifact, dict, str], sample_data: LabelledData
) -> None:
    artifact, record, _ = stressed
    assert (record["run"], record["split"]) == (artifact.name, "test")
    assert record["n"] == len(sample_data.splits["test"])
    assert record["data"] == sample_data.provenance.reference()
    assert record["onnx_int8_sha256"] == sha256_of(artifact.onnx_quantized)
    assert {"timestamp", "commit", "machine", "versions"} <= set(record)


def test_the_figures_are_those_of_the_int8_file(
    stressed: tuple[Artifact, dict, str], sample_data: LabelledData
) -> None:
    artifact, record, _ = stressed
    rows = sample_data.splits["test"]
    truth = np.asarray(rows["label"])
    logits = runtime.predict(artifact, artifact.onnx_quantized, rows["text"])
    changed = [PERTURBATIONS["third_person"](text) for text in rows["text"]]
    again = runtime.predict(artifact, artifact.onnx_quantized, changed)
    rewritten = record["perturbations"]["third_person"]
    original = record["perturbations"]["original"]
    assert original["accuracy"] == pytest.approx(np.mean(logits.argmax(axis=1) == truth))
    assert rewritten["accuracy"] == pytest.approx(np.mean(again.argmax(axis=1) == truth))
    assert rewritten["agreement"] == pytest.approx(
        np.mean(again.argmax(axis=1) == logits.argmax(axis=1))
    )
    # Here the split and the sample are the same texts.
    assert record["sample"]["accuracy"] == pytest.approx(original["accuracy"])
    assert record["sample"]["macro_f1"] == pytest.approx(original["macro_f1"])
    assert sum(bucket["n"] for bucket in record["lengths"].values()) == record["n"]
    assert all(entry["finite"] for entry in record["extremes"].values())


def test_pass_rates_add_up(stressed: tuple[Artifact, dict, str]) -> None:
    behaviour = stressed[1]["behaviour"]
    parts = behaviour["capabilities"].values()
    assert sum(part["n"] for part in parts) == behaviour["n"] >= 300
    assert sum(part["passed"] for part in parts) == behaviour["passed"]
    for part in (behaviour, *parts):
        assert part["pass_rate"] == pytest.approx(part["passed"] / part["n"])
    for part in parts:
        assert len(part["failures"]) == min(EXAMPLES, part["n"] - part["passed"])
    assert 0 < behaviour["passed"] < behaviour["n"]


def test_the_table_is_printed(stressed: tuple[Artifact, dict, str]) -> None:
    artifact, record, printed = stressed
    (line,) = [line for line in printed.splitlines() if line.startswith("upper_case")]
    assert f"{record['perturbations']['upper_case']['macro_f1']:.4f}" in line
    assert all(capability in printed for capability in record["behaviour"]["capabilities"])
    assert f"written: {artifact.path / 'robustness.json'}" in printed
    assert "left out" not in printed


def rename_labels(target: Path) -> Path:
    """The embedded sample under other labels, and with few texts held out."""
    for split in SPLITS:
        with (SAMPLE_DIR / f"{split}.csv").open(newline="") as file:
            rows = list(csv.DictReader(file))[:: 1 if split == "train" else 8]
        with (target / f"{split}.csv").open("w", newline="") as file:
            writer = csv.DictWriter(file, ["situation", "emotion"])
            writer.writeheader()
            writer.writerows(row | {"emotion": f"my {row['emotion']}"} for row in rows)
    return target


def test_another_task_is_measured_without_sample_and_pairs(
    exported: Made, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    artifact = exported.copy()
    settings = json.loads(artifact.model_config.read_text())
    settings["id2label"] = {key: f"my {name}" for key, name in settings["id2label"].items()}
    settings["label2id"] = {name: int(key) for key, name in settings["id2label"].items()}
    artifact.model_config.write_text(json.dumps(settings))
    assert main(artifact.path, rename_labels(tmp_path)) == 0
    record = json.loads((artifact.path / "robustness.json").read_text())
    assert {"sample", "behaviour"}.isdisjoint(record)
    assert {"perturbations", "lengths", "extremes"} <= set(record)
    assert record["extremes"]["one word"]["answer"].startswith("my ")
    printed = capsys.readouterr().out.splitlines()
    assert len([line for line in printed if "left out" in line]) == 1


def test_a_model_that_breaks_leaves_no_record(
    exported: Made, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    artifact = exported.copy()

    def broken(artifact: Artifact, model: Path, texts: list[str], **options: str) -> np.ndarray:
        return np.full((len(texts), 32), np.nan)

    monkeypatch.setattr(runtime, "predict", broken)
    assert main(artifact.path) == 1
    assert "failed: the texts: logits that are not finite" in capsys.readouterr().err
    assert not (artifact.path / "robustness.json").exists()


def test_bad_input_is_one_sentence(
    exported: Made, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main("absent") == 2
    assert "error: no run 'absent'" in capsys.readouterr().err
    assert main(exported.artifact.path, rename_labels(tmp_path)) == 2
    assert "differ in their labels" in capsys.readouterr().err
