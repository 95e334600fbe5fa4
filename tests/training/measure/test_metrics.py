import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy.special import softmax
from sklearn import metrics as sk

from training.measure.metrics import (
    classification_record,
    expected_calibration_error,
    macro_f1,
    per_class_f1,
)

CLASSES = 5
NAMES = list("abcde")
LABELS = hnp.arrays(np.int64, st.integers(1, 30), elements=st.integers(0, CLASSES - 1))


def random_case(n: int = 400) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(7)
    labels = rng.integers(0, CLASSES, n)
    logits = rng.normal(size=(n, CLASSES)) + 1.5 * np.eye(CLASSES)[labels]
    return logits, labels


@given(labels=LABELS, data=st.data())
def test_macro_f1_is_scikit_learns(labels: np.ndarray, data: st.DataObject) -> None:
    predicted = data.draw(hnp.arrays(np.int64, len(labels), elements=st.integers(0, CLASSES - 1)))
    expected = sk.f1_score(labels, predicted, average="macro")  # of the classes that occur
    assert macro_f1(predicted, labels, CLASSES) == pytest.approx(expected)
    occurring = np.union1d(labels, predicted)
    assert per_class_f1(predicted, labels, CLASSES)[occurring].mean() == pytest.approx(expected)


def test_the_record_agrees_with_scikit_learn() -> None:
    logits, labels = random_case()
    record = classification_record(logits, labels, NAMES)
    predicted = logits.argmax(axis=1)
    report = sk.classification_report(
        labels, predicted, target_names=NAMES, output_dict=True, zero_division=0
    )
    assert record["accuracy"] == pytest.approx(report["accuracy"])
    assert record["micro_f1"] == pytest.approx(report["accuracy"])
    assert record["macro_f1"] == pytest.approx(report["macro avg"]["f1-score"])
    assert record["weighted_f1"] == pytest.approx(report["weighted avg"]["f1-score"])
    for i, name in enumerate(NAMES):
        for ours, theirs in (("f1", "f1-score"), ("precision",) * 2, ("recall",) * 2):
            assert record[f"per_class_{ours}"][i] == pytest.approx(report[name][theirs])
        assert record["per_class_support"][i] == report[name]["support"]
    assert record["confusion_matrix"] == sk.confusion_matrix(labels, predicted).tolist()
    assert record["top3_accuracy"] == pytest.approx(sk.top_k_accuracy_score(labels, logits, k=3))
    assert record["top5_accuracy"] == 1.0
    assert record["n"] == len(labels) and record["label_names"] == NAMES


def test_a_class_that_a_split_lacks_lowers_neither_estimate_nor_interval() -> None:
    logits, labels = random_case()
    logits, labels = logits[labels < 4], labels[labels < 4]
    logits[:, 4] = -99
    record = classification_record(logits, labels, NAMES)
    low, high = record["macro_f1_ci95"]
    assert low < record["macro_f1"] < high
    assert record["macro_f1"] == pytest.approx(np.mean(record["per_class_f1"][:4]))
    assert record["per_class_f1"][4] == record["per_class_support"][4] == 0


def test_two_classes_are_enough() -> None:
    logits = np.array([[2.0, 1.0], [0.0, 1.0], [3.0, 0.0]])
    record = classification_record(logits, np.array([0, 1, 1]), ["no", "yes"])
    assert record["accuracy"] == pytest.approx(2 / 3)
    assert record["top3_accuracy"] == 1.0


def test_calibration_error_of_known_cases() -> None:
    certain = np.array([[1.0, 0.0], [1.0, 0.0]])
    assert expected_calibration_error(certain, np.array([0, 0])) == 0
    assert expected_calibration_error(certain, np.array([0, 1])) == pytest.approx(0.5)
    # Two bins: (0.9, right) and (0.6, wrong) → (0.1 + 0.6) / 2.
    mixed = np.array([[0.9, 0.1], [0.6, 0.4]])
    assert expected_calibration_error(mixed, np.array([0, 1])) == pytest.approx(0.35)


def test_calibration_error_grows_with_overconfidence() -> None:
    logits, labels = random_case()
    errors = [expected_calibration_error(softmax(k * logits, axis=1), labels) for k in (1, 3, 10)]
    assert errors[0] < errors[1] < errors[2]
