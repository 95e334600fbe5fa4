"""The committed run: its records belong to its weights and to each other."""

import json
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest
from safetensors import safe_open
from transformers import pipeline

from export.bench import GROWTH, LIBRARY
from export.choice import RECORD as CHOICE
from export.choice import RULE
from export.choice.rule import choose, load_rule
from export.quality.distance import breaches
from export.rows import RECORD as ROWS
from export.rows.contenders import OURS
from export.search.candidates import best_of
from export.site.build import WEB_DIR
from export.site.page import page_facts
from tests.conftest import DATA_DIR, needs_data
from training.data.load import load_data
from training.measure.metrics import classification_record
from training.measure.predict import predict
from training.run.artifact import Artifact
from training.run.config import OFFLINE, QuantizeConfig, config_path, load_config
from training.run.files import ROOT, read_json, sha256_of


@pytest.fixture(scope="module")
def metrics(browser_artifact: Artifact) -> dict:
    return json.loads(browser_artifact.metrics("test").read_text())


@pytest.fixture(scope="module")
def parity(browser_artifact: Artifact) -> dict:
    return read_json(browser_artifact.parity)


def test_all_records_speak_of_the_same_weights_and_texts(
    browser_artifact: Artifact, metrics: dict, parity: dict
) -> None:
    training = browser_artifact.load_training_record()
    assert parity["files"]["torch"]["sha256"] == sha256_of(browser_artifact.weights)
    assert parity["n"] == metrics["n"]
    fingerprints = {r["data"]["fingerprint"] for r in (training, metrics, parity)}
    assert len(fingerprints) == 1
    assert metrics["base"] == training["base"]
    assert {r["data"]["source"] for r in (training, metrics, parity)} == {"directory"}
    assert parity["results"]["torch"]["macro_f1"] == pytest.approx(metrics["macro_f1"])
    assert parity["results"]["torch"]["accuracy"] == pytest.approx(metrics["accuracy"])


def test_metrics_follow_from_the_confusion_matrix(metrics: dict) -> None:
    matrix = np.array(metrics["confusion_matrix"])
    assert matrix.sum() == metrics["n"]
    assert matrix.sum(axis=1).tolist() == metrics["per_class_support"]
    assert np.trace(matrix) / matrix.sum() == pytest.approx(metrics["accuracy"])
    f1 = 2 * np.diag(matrix) / (matrix.sum(axis=0) + matrix.sum(axis=1))
    assert f1.tolist() == pytest.approx(metrics["per_class_f1"])
    assert f1.mean() == pytest.approx(metrics["macro_f1"])


def test_the_gate_holds_for_what_was_recorded(browser_artifact: Artifact, parity: dict) -> None:
    assert "browser_int8" in parity["results"]
    assert breaches(parity["results"], browser_artifact.load_config().parity) == []
    assert parity["passed"] is True and parity["breaches"] == []
    assert parity["files"]["onnx_int8"]["bytes"] <= 24e6


def test_the_browser_was_asked_through_the_present_page(
    browser_artifact: Artifact, parity: dict
) -> None:
    """If not: scripts/check_parity.py --browser, then scripts/study/update_readme.py."""
    assert parity["results"]["browser_int8"]["page"] == page_facts(WEB_DIR)
    assert parity["files"]["config"]["sha256"] == sha256_of(browser_artifact.model_config)


def test_the_model_is_better_than_the_published_one_of_its_family(metrics: dict) -> None:
    assert metrics["macro_f1"] >= 0.515


def test_calibration_and_robustness_speak_of_the_same_int8_file(
    browser_artifact: Artifact, metrics: dict, parity: dict
) -> None:
    calibration = json.loads(browser_artifact.calibration.read_text())
    robustness = json.loads(browser_artifact.robustness.read_text())
    int8 = parity["files"]["onnx_int8"]
    assert calibration["files"]["onnx_int8"] == int8
    assert robustness["onnx_int8_sha256"] == int8["sha256"]
    for record in (calibration, robustness):
        assert record["data"]["fingerprint"] == metrics["data"]["fingerprint"]
    native = parity["results"]["onnx_int8"]
    assert calibration["splits"]["test"]["accuracy"] == pytest.approx(native["accuracy"])
    assert robustness["perturbations"]["original"]["macro_f1"] == pytest.approx(native["macro_f1"])
    assert robustness["behaviour"]["n"] >= 300
    for facts in calibration["splits"].values():
        # Test is harder than validation, and chance alone leaves 0.025.
        assert facts["ece"]["after"] <= min(0.04, facts["ece"]["before"])


def test_the_copied_module_is_the_one_that_was_tested(browser_artifact: Artifact) -> None:
    if browser_artifact.load_config().train.pooling == "mean":
        copy = browser_artifact.path / "pooling.py"
        assert copy.read_text() == (ROOT / "training" / "bases" / "pooling.py").read_text()


def test_the_run_was_made_with_the_bundled_config(browser_artifact: Artifact) -> None:
    used = browser_artifact.load_config()
    bundled = load_config(config_path(browser_artifact.name))
    # Where the base was looked for is the machine's affair; its hash stands in the record.
    assert replace(used, base=used.base.removeprefix(f"{OFFLINE}:")) == bundled


def test_the_benchmark_is_of_the_shipped_model(browser_artifact: Artifact) -> None:
    record = json.loads((ROOT / "export" / "records" / "bench_web.json").read_text())
    parity = read_json(browser_artifact.parity)
    for name in ("onnx_fp32", "onnx_int8"):
        assert record["files"][name]["sha256"] == parity["files"][name]["sha256"]
    assert "-dirty" not in record["commit"]
    assert min(facts["same_label"] for facts in record["contenders"].values()) > 0.95


def test_the_scheme_for_int8_is_the_nearest_that_fits(browser_artifact: Artifact) -> None:
    record = json.loads((ROOT / "export" / "records" / "quantization.json").read_text())
    wanted = browser_artifact.load_config().quantize
    chosen = best_of(record, wanted.max_megabytes)
    limit = {"max_megabytes": QuantizeConfig().max_megabytes}  # which makes no file
    assert record["candidates"][chosen]["scheme"] == asdict(wanted) | limit
    assert record["run"] == browser_artifact.name and record["split"] == "validation"
    assert "-dirty" not in record["commit"]


def test_the_browser_run_is_what_the_rule_chooses(browser_artifact: Artifact, parity: dict) -> None:
    record, rule = read_json(CHOICE), load_rule(RULE)
    assert record["rule"] == asdict(rule)
    assert record["chosen"] == choose(rule, record["candidates"]) == browser_artifact.name
    chosen = record["candidates"][browser_artifact.name]
    assert chosen["onnx_int8"] == parity["files"]["onnx_int8"]
    assert {row["threads"] for row in (*record["candidates"].values(), record["peer"])} == {1}
    assert "-dirty" not in record["commit"]


def test_growth_is_of_the_shipped_model(browser_artifact: Artifact, parity: dict) -> None:
    record = read_json(GROWTH)
    assert record["run"] == browser_artifact.name
    assert record["onnx_int8"] == parity["files"]["onnx_int8"]
    assert "-dirty" not in record["commit"]


def test_the_card_warns(browser_artifact: Artifact) -> None:
    card = browser_artifact.card.read_text()
    for words in ("CC BY-NC 4.0", "commercial", "statistical guess", "no diagnosis"):
        assert words in card


def test_weights_are_small_and_open_as_a_pipeline(browser_artifact: Artifact) -> None:
    with safe_open(browser_artifact.weights, "np") as file:
        kinds = {file.get_slice(name).get_dtype() for name in file.keys()}  # noqa: SIM118
    assert kinds == {"F16"}
    classify = pipeline(
        "text-classification", str(browser_artifact.path), top_k=1, trust_remote_code=True
    )
    (best,) = classify(["My sister hid behind the door with a cake and I had no idea."])[0]
    assert best["label"] == "surprised"


@needs_data
@pytest.mark.slow
def test_the_recorded_metrics_are_those_of_the_committed_weights(
    browser_artifact: Artifact, metrics: dict
) -> None:
    data = load_data(browser_artifact.load_config().data, Path(DATA_DIR))
    rows = data.splits["test"]
    logits = predict(browser_artifact, rows["text"], batch_size=32)
    again = classification_record(logits, np.asarray(rows["label"]), data.labels)
    assert again["macro_f1"] == pytest.approx(metrics["macro_f1"], abs=5e-4)
    assert again["top3_accuracy"] == pytest.approx(metrics["top3_accuracy"], abs=5e-4)
    assert again["macro_f1_ci95"] == pytest.approx(metrics["macro_f1_ci95"], abs=2e-3)


def test_many_texts_scale_over_workers_and_explanations_are_quick(
    browser_artifact: Artifact,
) -> None:
    record = json.loads(LIBRARY.read_text())
    parity = read_json(browser_artifact.parity)
    assert record["onnx_int8"]["sha256"] == parity["files"]["onnx_int8"]["sha256"]
    one, two = (record["ways"][way] for way in ("one worker", "two workers"))
    for way in record["ways"].values():
        assert way["verified"]["passed"] and way["verified"]["texts"] > 150
    rates = [way["many_rows_per_second"]["median"] for way in (one, two)]
    assert rates[1] >= 1.7 * rates[0]
    assert one["explain_over_classify"]["median"] <= 26
    assert two["explain_over_classify"]["median"] <= 15
    assert "-dirty" not in record["commit"]


def test_tables_are_classified_faster_than_by_the_usual_tools(browser_artifact: Artifact) -> None:
    record = json.loads(ROWS.read_text())
    parity = read_json(browser_artifact.parity)
    assert record["onnx_int8"]["sha256"] == parity["files"]["onnx_int8"]["sha256"]
    rates = {
        name: facts["rows_per_second"]["median"] for name, facts in record["contenders"].items()
    }
    assert max(rates, key=rates.get) == OURS
    assert rates[OURS] >= 2 * rates["transformers, PyTorch fp32"]
    assert "-dirty" not in record["commit"]
