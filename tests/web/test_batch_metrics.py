"""The figures of the batch tool are those of scikit-learn on the same rows."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import (
    accuracy_score,
    confusion_matrix,
    f1_score,
    precision_recall_fscore_support,
)

from tests.web.batch_oracle import BatchOracle, start_oracle
from training.measure.metrics import ECE_BINS, confidence_bins, expected_calibration_error


@pytest.fixture(scope="module")
def oracle() -> Iterator[BatchOracle]:
    with start_oracle() as started:
        yield started


def expected(labels: int, truths: np.ndarray, probabilities: np.ndarray) -> dict[str, Any]:
    answers, confidence = probabilities.argmax(axis=1), probabilities.max(axis=1)
    known = np.arange(labels)
    precision, recall, f1, support = precision_recall_fscore_support(
        truths, answers, labels=known, zero_division=0
    )
    bins = confidence_bins(confidence)
    held = [bins == index for index in range(ECE_BINS)]
    return {
        "accuracy": accuracy_score(truths, answers),
        "macroF1": f1_score(truths, answers, average="macro", zero_division=0),
        "precision": precision.tolist(),
        "recall": recall.tolist(),
        "f1": f1.tolist(),
        "support": support.tolist(),
        "confusion": confusion_matrix(truths, answers, labels=known).ravel().tolist(),
        "calibrationError": expected_calibration_error(probabilities, truths),
        "counts": [int(mask.sum()) for mask in held],
        "confidences": [float(confidence[mask].mean()) if mask.any() else 0.0 for mask in held],
        "accuracies": [
            float((answers == truths)[mask].mean()) if mask.any() else 0.0 for mask in held
        ],
    }


def compared(evaluation: dict[str, Any]) -> dict[str, Any]:
    """What the JavaScript says, in the shape of what is expected."""
    classes, bins = evaluation["classes"], evaluation["bins"]
    return {
        **{name: evaluation[name] for name in ("accuracy", "macroF1", "calibrationError")},
        **{
            name: [one[name] for one in classes]
            for name in ("precision", "recall", "f1", "support")
        },
        "confusion": [count for row in evaluation["confusion"] for count in row],
        "counts": [one["count"] for one in bins],
        "confidences": [one["confidence"] for one in bins],
        "accuracies": [one["accuracy"] for one in bins],
    }


def ask(
    oracle: BatchOracle, labels: int, truths: np.ndarray, probabilities: np.ndarray
) -> dict[str, Any]:
    answers, confidence = probabilities.argmax(axis=1), probabilities.max(axis=1)
    rows = [list(row) for row in zip(truths.tolist(), answers.tolist(), confidence.tolist())]  # noqa: B905
    return oracle.ask("evaluate", labels=[f"label {n}" for n in range(labels)], rows=rows)


@given(
    labels=st.integers(2, 12),
    rows=st.integers(1, 300),
    seed=st.integers(0, 2**32 - 1),
    used=st.floats(0.05, 1),
)
def test_every_figure_is_that_of_scikit_learn(
    oracle: BatchOracle, labels: int, rows: int, seed: int, used: float
) -> None:
    draw = np.random.default_rng(seed)
    probabilities = draw.dirichlet(np.full(labels, 0.3), size=rows)
    # Some labels never occur as a truth.
    truths = draw.integers(0, max(1, int(labels * used)), size=rows)
    evaluation = ask(oracle, labels, truths, probabilities)
    wanted = expected(labels, truths, probabilities)
    found = compared(evaluation)
    assert found.keys() == wanted.keys()
    for name, value in wanted.items():
        assert found[name] == pytest.approx(value, abs=1e-12, rel=1e-12), name
    assert (evaluation["count"], evaluation["unknown"]) == (rows, 0)


def test_rows_whose_label_is_unknown_are_counted_apart(oracle: BatchOracle) -> None:
    rows = [[0, 0, 0.9], [None, 1, 0.8], [1, 0, 0.7], [None, 0, 0.2]]
    evaluation = oracle.ask("evaluate", labels=["a", "b"], rows=rows)
    assert (evaluation["count"], evaluation["unknown"]) == (2, 2)
    assert evaluation["accuracy"] == 0.5
    assert sum(one["count"] for one in evaluation["bins"]) == 2


def test_without_a_known_label_there_is_nothing_but_zeros(oracle: BatchOracle) -> None:
    evaluation = oracle.ask("evaluate", labels=["a", "b"], rows=[[None, 1, 0.8]])
    assert (evaluation["count"], evaluation["accuracy"], evaluation["macroF1"]) == (0, 0, 0)
    assert evaluation["calibrationError"] == 0


def test_a_probability_of_one_lies_in_the_last_bin(oracle: BatchOracle) -> None:
    evaluation = oracle.ask("evaluate", labels=["a", "b"], rows=[[0, 0, 1.0], [0, 0, 14 / 15]])
    assert [one["count"] for one in evaluation["bins"]][-1] == 2
