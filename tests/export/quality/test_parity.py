import json
from dataclasses import asdict, replace

import numpy as np
import pytest

from export.browser.engines import CHROMIUM
from export.quality.distance import breaches, compare, not_gated, worst_text
from export.quality.facts import BROWSER, INT8, REFERENCE
from export.quality.parity import (
    add_browser_result,
    check_parity,
    present_parity,
    require_measured_on,
    table,
)
from tests.export.quality.pretended import pretended
from tests.tiny import Made, break_int8, exchange_two_labels
from training.data.load import LabelledData
from training.measure import predict as torch_runtime
from training.run.config import ParityConfig
from training.run.errors import InputError
from training.run.files import read_json

LABELS = list("abcd")
GATE = ParityConfig(max_macro_f1_drop=0.01, min_agreement=0.92, max_class_f1_drop=0.10)


def logits_of(predicted: np.ndarray) -> np.ndarray:
    return np.eye(len(LABELS), dtype=np.float32)[predicted]


def test_a_model_equals_itself() -> None:
    truth = np.arange(40) % 4
    result = compare(logits_of(truth), logits_of(truth), truth, LABELS)
    assert result["agreement"] == result["macro_f1"] == result["accuracy"] == 1
    assert result["macro_f1_difference"] == result["max_logit_difference"] == 0
    assert result["worst_class"]["f1_drop"] == 0


def test_flips_are_counted_and_the_class_that_suffers_is_named() -> None:
    truth = np.arange(40) % 4
    flipped = truth.copy()
    flipped[np.flatnonzero(truth == 2)[:5]] = 3
    result = compare(logits_of(flipped), logits_of(truth), truth, LABELS)
    assert result["agreement"] == pytest.approx(35 / 40)
    assert result["worst_class"]["label"] == "c"
    assert result["worst_class"]["f1_drop"] == pytest.approx(1 - 2 * 5 / 15)
    low, high = result["macro_f1_difference_ci95"]
    assert low < result["macro_f1_difference"] < high < 0


def result(difference: float = 0.0, agreement: float = 1.0, drop: float = 0.0) -> dict:
    worst = {"label": "angry", "f1_drop": drop}
    return {"macro_f1_difference": difference, "agreement": agreement, "worst_class": worst}


def test_the_gate_lets_through_what_is_at_its_limits() -> None:
    assert breaches({INT8: result(-0.01, 0.92, 0.10)}, GATE) == []
    assert breaches({INT8: result(difference=0.2)}, GATE) == []


@pytest.mark.parametrize("name", [INT8, BROWSER])
@pytest.mark.parametrize(
    ("bad", "word"),
    [
        (result(difference=-0.011), "macro-F1"),
        (result(agreement=0.919), "agreement"),
        (result(drop=0.101), "angry"),
    ],
)
def test_the_gate_stops_each_kind_of_loss(name: str, bad: dict, word: str) -> None:
    (found,) = breaches({REFERENCE: result(), name: bad}, GATE)
    assert word in found and name in found


def test_a_small_class_is_reported_and_not_gated() -> None:
    truth = np.array([0] * 40 + [1] * 40 + [2] * 5)
    flipped = truth.copy()
    flipped[80] = 0  # one of the five
    small = GATE.min_class_support
    result = compare(logits_of(flipped), logits_of(truth), truth, LABELS, small)
    assert result["worst_class"]["label"] == "a" and result["worst_class"]["support"] == 40
    assert result["worst_small_class"] == {
        "label": "c", "f1_drop": pytest.approx(1 - 2 * 4 / 9), "support": 5,
    }  # fmt: skip
    without = result | {"agreement": 1.0, "macro_f1_difference": 0.0}
    assert breaches({INT8: without}, GATE) == [] == not_gated({INT8: without}, GATE)
    everyone = compare(logits_of(flipped), logits_of(truth), truth, LABELS, 1)
    assert everyone["worst_class"]["label"] == "c" and "worst_small_class" in everyone  # "d" has 0
    strict = ParityConfig(max_class_f1_drop=0.10, min_class_support=1)
    (found,) = breaches({INT8: everyone | {"macro_f1_difference": 0.0, "agreement": 1.0}}, strict)
    assert "'c'" in found


def test_where_no_class_is_large_enough_the_record_says_so(
    exported: Made, sample_data: LabelledData
) -> None:
    artifact = exported.copy()
    record = check_parity(artifact, sample_data)  # 128 texts in 32 classes
    assert record["results"][INT8]["worst_class"] is None
    assert record["results"][INT8]["worst_small_class"]["support"] < 30
    (said,) = read_json(artifact.parity)["not_gated"]
    assert "no class has 30 texts" in said and said in table(record)
    assert worst_text(None) == "–"


def test_the_record_holds_what_was_measured(exported: Made, sample_data: LabelledData) -> None:
    artifact = exported.copy()
    assert present_parity(artifact) is None
    record = check_parity(artifact, sample_data)
    assert json.loads(artifact.parity.read_text())["results"] == json.loads(
        json.dumps(record["results"])
    )
    assert list(record["results"]) == ["torch", "onnx_fp32", "onnx_int8"]
    assert record["n"] == 128 and record["split"] == "test"
    assert record["data"]["fingerprint"] == sample_data.provenance.fingerprint
    assert record["results"]["onnx_fp32"]["agreement"] == 1
    assert record["results"]["onnx_fp32"]["max_logit_difference"] < 1e-4
    assert record["gate"] == asdict(artifact.load_config().parity)
    assert present_parity(artifact) is not None
    assert "onnx_int8" in table(record)


def test_a_breach_is_recorded(
    exported: Made, sample_data: LabelledData, monkeypatch: pytest.MonkeyPatch
) -> None:
    break_int8(monkeypatch)
    artifact = exported.copy()
    record = check_parity(artifact, sample_data)
    assert not record["passed"]
    assert [breach for breach in record["breaches"] if "agreement" in breach]
    assert json.loads(artifact.parity.read_text())["passed"] is False


def test_a_record_of_other_files_or_limits_is_not_measured(
    exported: Made, sample_data: LabelledData
) -> None:
    artifact = exported.copy()
    check_parity(artifact, sample_data)
    config = artifact.run_config.read_text()
    artifact.run_config.write_text(config.replace("min_agreement: 0.3", "min_agreement: 0.2"))
    assert present_parity(artifact) is None
    artifact.run_config.write_text(config)
    assert present_parity(artifact) is not None
    settings = artifact.tokenizer_config.read_text()
    shorter = settings.replace('"model_max_length": 32', '"model_max_length": 16')
    assert shorter != settings
    artifact.tokenizer_config.write_text(shorter)
    assert present_parity(artifact) is None
    artifact.tokenizer_config.write_text(settings)
    assert present_parity(artifact) is not None
    labels = artifact.model_config.read_text()
    exchange_two_labels(artifact)
    assert present_parity(artifact) is None
    artifact.model_config.write_text(labels)
    artifact.onnx_quantized.write_bytes(b"another model")
    assert present_parity(artifact) is None


PAGE = {"program": "one"}


def test_a_browser_result_is_added_gated_and_kept(
    exported: Made, sample_data: LabelledData
) -> None:
    artifact = exported.copy()
    check_parity(artifact, sample_data)
    logits = torch_runtime.predict(artifact, sample_data.splits["test"]["text"])
    record = add_browser_result(
        artifact, sample_data, {CHROMIUM: pretended("Test 1.0", logits)}, PAGE
    )
    assert record["results"][BROWSER]["agreement"] == 1
    assert record["results"][BROWSER]["browser"] == "Test 1.0"
    again = check_parity(artifact, sample_data, page=PAGE)
    assert again["results"][BROWSER]["browser"] == "Test 1.0"
    record = add_browser_result(
        artifact, sample_data, {CHROMIUM: pretended("Broken 1.0", -logits)}, PAGE
    )
    assert not record["passed"]
    assert read_json(artifact.parity)["breaches"][0].startswith(BROWSER)


def test_a_browser_result_belongs_to_the_page_it_was_measured_with(
    exported: Made, sample_data: LabelledData
) -> None:
    artifact = exported.copy()
    check_parity(artifact, sample_data)
    logits = torch_runtime.predict(artifact, sample_data.splits["test"]["text"])
    add_browser_result(artifact, sample_data, {CHROMIUM: pretended("Broken 1.0", -logits)}, PAGE)
    record = read_json(artifact.parity)
    assert present_parity(artifact, PAGE) == record and not record["passed"]
    for page in (None, {"program": "another"}):
        other = present_parity(artifact, page)
        assert BROWSER not in other["results"]
        assert other["passed"] and other["breaches"] == []
        assert read_json(artifact.parity) == record
    assert (
        BROWSER not in check_parity(artifact, sample_data, page={"program": "another"})["results"]
    )


def test_a_browser_result_of_other_texts_is_refused(
    exported: Made, sample_data: LabelledData
) -> None:
    artifact = exported.copy()
    record = check_parity(artifact, sample_data)
    other = replace(sample_data, provenance=replace(sample_data.provenance, fingerprint="0" * 64))
    with pytest.raises(InputError, match="not measured on data"):
        require_measured_on(record, artifact, other)
    require_measured_on(record, artifact, sample_data)
