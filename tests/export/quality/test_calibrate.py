"""Temperature and threshold come from validation, speak of the int8 file, and go stale with it."""

from dataclasses import replace

import numpy as np
import pytest

from export.graph import session as runtime
from export.quality.calibrate import calibrate, summary
from export.quality.calibrated import present_calibration
from tests.tiny import Made, exchange_two_labels
from training.data.load import LabelledData
from training.measure.calibration import find_threshold, fit_temperature
from training.measure.temperature import Temperature
from training.run.artifact import Artifact
from training.run.files import read_json, write_json


@pytest.fixture
def artifact(exported: Made) -> Artifact:
    return exported.copy()


def test_the_record_follows_from_validation_logits_of_the_int8_file(
    artifact: Artifact, sample_data: LabelledData
) -> None:
    record = calibrate(artifact, sample_data)
    rows = sample_data.splits["validation"]
    logits = runtime.predict(artifact, artifact.onnx_quantized, rows["text"])
    labels = np.asarray(rows["label"])
    temperature = fit_temperature(logits, labels)
    assert Temperature.of(record) == temperature
    probabilities = temperature.probabilities(logits)
    wanted = record["settings"]["sure_accuracy"]
    threshold = find_threshold(probabilities, labels, wanted)
    assert record["unsure_below"] == (None if threshold is None else round(threshold, 4))
    assert read_json(artifact.calibration) == record
    loss = record["splits"]["validation"]["first_answer_loss"]
    assert loss["after"] <= loss["before"] + 1e-4
    families = [label for family in record["families"] for label in family]
    assert sorted(families) == sample_data.labels and len(record["families"]) <= 10
    for facts in record["splits"].values():
        assert facts["family_accuracy"] >= facts["accuracy"]
    assert f"temperature {record['temperature']:.3f}" in summary(record)


def test_test_labels_decide_nothing(artifact: Artifact, sample_data: LabelledData) -> None:
    first = calibrate(artifact, sample_data)
    turned = sample_data.splits["test"].map(lambda row: {"label": (row["label"] + 1) % 32})
    other = replace(sample_data, splits={**sample_data.splits, "test": turned})
    second = calibrate(artifact, other)
    for key in ("temperature", "temperature_slope", "unsure_below", "families"):
        assert first[key] == second[key]
    assert first["splits"]["test"] != second["splits"]["test"]


def test_another_file_or_another_wish_makes_it_stale(
    artifact: Artifact, sample_data: LabelledData
) -> None:
    assert present_calibration(artifact) is None
    record = calibrate(artifact, sample_data)
    assert present_calibration(artifact) == record
    settings = artifact.run_config.read_text()
    artifact.run_config.write_text(settings + "calibration: {sure_accuracy: 0.9}\n")
    assert present_calibration(artifact) is None
    artifact.run_config.write_text(settings)
    labels = artifact.model_config.read_text()
    exchange_two_labels(artifact)
    assert present_calibration(artifact) is None
    artifact.model_config.write_text(labels)
    assert present_calibration(artifact) == record
    write_json(artifact.calibration, record | {"settings": {"sure_accuracy": 0.7}})
    assert present_calibration(artifact) is None, "made when a share that happened was enough"
    write_json(artifact.calibration, record)
    artifact.onnx_quantized.write_bytes(artifact.onnx_quantized.read_bytes() + b"\0")
    assert present_calibration(artifact) is None
