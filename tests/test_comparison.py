"""The committed records of the runs that are compared: whole, honest, of the same texts."""

import json
from pathlib import Path

import numpy as np
import pytest

from training.measure.baselines import MAJORITY, TFIDF
from training.measure.metrics import macro_f1
from training.report.load import load_runs
from training.report.write import write_report
from training.run.artifact import ARTIFACTS_DIR, Artifact
from training.run.config import config_path, load_config
from training.run.files import ROOT

ENCODERS = {
    "mpnet_v1": "mpnet",
    "minilm_v3": "minilm_v3",
    "minilm_l4": "minilm_l4",
    "minilm_l3": "minilm_l3",
    "minilm_v2": "minilm_v2",
    "minilm_v1": "minilm",
    "distilbert_v1": "distilbert",
    "tinybert_v1": "tinybert",
    "minilm_l12_v1": "minilm_l12",
}
RUNS = [*ENCODERS, TFIDF, MAJORITY]


def record(run: str, split: str = "test") -> dict:
    return json.loads(Artifact(ARTIFACTS_DIR / run).metrics(split).read_text())


@pytest.mark.parametrize("run", RUNS)
def test_figures_follow_from_the_answers(run: str) -> None:
    found = record(run)
    labels, predicted = np.array(found["labels"]), np.array(found["predictions"])
    assert len(labels) == found["n"] == 2541
    assert np.mean(labels == predicted) == pytest.approx(found["accuracy"])
    assert macro_f1(predicted, labels, 32) == pytest.approx(found["macro_f1"])
    matrix = np.zeros((32, 32), int)
    np.add.at(matrix, (labels, predicted), 1)
    assert matrix.tolist() == found["confusion_matrix"]


def test_all_speak_of_the_same_texts() -> None:
    runs, _ = load_runs(RUNS, ARTIFACTS_DIR)  # refuses other labels, texts and order
    assert len(runs) == len(RUNS) and {record(run)["split"] for run in RUNS} == {"test"}
    assert {record(run)["data"]["source"] for run in RUNS} == {"directory"}


@pytest.mark.parametrize("run", ENCODERS)
def test_records_of_an_encoder_belong_together(run: str) -> None:
    training = Artifact(ARTIFACTS_DIR / run).load_training_record()
    assert training["train_seconds"] > 60
    memory, on_gpu = training.get("peak_memory_bytes"), training.get("device", "cpu") != "cpu"
    # Trainings side by side on one GPU have no peak of their own, nor has one in several sittings.
    assert memory > 1e9 if memory is not None else on_gpu or training["resumed"]
    for split in ("validation", "test"):
        found = record(run, split)
        assert found["base"] == training["base"]
        assert found["parameters"] == training["parameters"]
    assert record(run, "validation")["macro_f1"] == pytest.approx(
        training["best_validation_macro_f1"], abs=2e-3
    )
    assert "-dirty" not in training["commit"] + record(run)["commit"]


@pytest.mark.parametrize("run", ENCODERS)
def test_each_was_trained_by_its_bundled_config(run: str) -> None:
    used = load_config(Artifact(ARTIFACTS_DIR / run).run_config)
    bundled = load_config(config_path(ENCODERS[run]))
    assert used.train == bundled.train and used.data == bundled.data
    assert used.base in (bundled.base, f"offline:{bundled.base}")


@pytest.mark.parametrize("run", ["distilbert_v1", "tinybert_v1", "minilm_l12_v1"])
def test_a_derived_base_is_called_derived_everywhere(run: str) -> None:
    found = record(run)
    assert found["base"]["source"] == "derived"
    stands_for = found["base"]["derivation"]["stands_for"]
    assert found["model"].startswith("sentence-transformers/all-MiniLM-L6-v2 in the shape of ")
    card = (ARTIFACTS_DIR / run / "README.md").read_text()
    assert f"These weights are not `{stands_for}`" in card
    assert "base_model: sentence-transformers/all-MiniLM-L6-v2" in card


@pytest.mark.parametrize("run", ENCODERS)
def test_sizes_and_latency_are_on_record(run: str) -> None:
    cost = record(run)["cost"]
    assert cost["weights_sha256"] == record(run)["weights_sha256"]
    assert cost["int8_bytes"] < 0.3 * cost["fp32_bytes"]
    assert cost["threads"] == 1
    assert cost["latency_ms"]["onnx_int8"]["p50"] < cost["latency_ms"]["torch"]["p50"]


def test_tinybert_is_where_it_was_wanted() -> None:
    assert record("tinybert_v1")["macro_f1"] >= 0.45


def test_distillation_and_recipes_are_those_of_the_runs() -> None:
    records = ROOT / "training" / "records"
    base = json.loads((records / "tinybert_base.json").read_text())
    trained = Artifact(ARTIFACTS_DIR / "tinybert_v1").load_training_record()
    assert base["distilled"]["base_sha256"] == trained["base"]["sha256"]
    assert base["distilled"]["validation_macro_f1"] == trained["best_validation_macro_f1"]
    tried = json.loads((records / "distilbert_recipe.json").read_text())["runs"]
    best = max(row.get("validation_macro_f1", 0) for row in tried)
    trained = Artifact(ARTIFACTS_DIR / "distilbert_v1").load_training_record()
    assert best == trained["best_validation_macro_f1"]


@pytest.mark.slow
def test_the_report_is_written_from_the_committed_records(tmp_path: Path) -> None:
    report = write_report(RUNS, tmp_path / "report")
    assert [row["run"] for row in report["runs"]][-2:] == [TFIDF, MAJORITY]
    html = (tmp_path / "report" / "report.html").read_text()
    for run in RUNS:
        assert f"{record(run)['macro_f1']:.4f}" in html
    assert (tmp_path / "report" / "plots" / "reliability_int8.svg").is_file()
    assert "at the temperature that was fitted on validation" in html
