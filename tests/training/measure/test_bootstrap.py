import time

import numpy as np
import pytest

from training.measure.bootstrap import (
    BOOTSTRAP_SAMPLES,
    macro_f1_difference_interval,
    macro_f1_interval,
    resampled_scores,
)
from training.measure.metrics import macro_f1

CLASSES = 5


def random_case(n: int) -> tuple[np.ndarray, np.ndarray]:
    """Answers that are right more often than not, and the labels."""
    rng = np.random.default_rng(7)
    labels = rng.integers(0, CLASSES, n)
    return np.where(rng.random(n) < 0.6, labels, rng.integers(0, CLASSES, n)), labels


def test_matrix_products_are_a_loop_over_resamples() -> None:
    predicted, labels = random_case(300)
    rng = np.random.default_rng(0)
    draws = [rng.integers(0, 300, 300) for _ in range(BOOTSTRAP_SAMPLES)]
    expected = [macro_f1(predicted[rows], labels[rows], CLASSES) for rows in draws]
    scores = resampled_scores({"a": predicted}, labels, CLASSES)["a"]
    assert scores.macro_f1 == pytest.approx(expected)
    assert scores.accuracy == pytest.approx([np.mean((predicted == labels)[r]) for r in draws])
    assert macro_f1_interval(predicted, labels, CLASSES) == pytest.approx(
        np.percentile(expected, [2.5, 97.5])
    )


def test_the_bootstrap_interval_holds_the_estimate_and_narrows() -> None:
    widths = []
    for n in (200, 5000):
        predicted, labels = random_case(n)
        low, high = macro_f1_interval(predicted, labels, CLASSES)
        assert low < macro_f1(predicted, labels, CLASSES) < high
        widths.append(high - low)
    assert widths[1] < widths[0] / 3  # √25 times as many texts


def test_the_paired_interval_knows_equal_better_and_worse() -> None:
    predicted, labels = random_case(1000)
    assert macro_f1_difference_interval(predicted, predicted, labels, CLASSES) == (0.0, 0.0)
    low, _ = macro_f1_difference_interval(labels, predicted, labels, CLASSES)
    _, high = macro_f1_difference_interval(predicted, labels, labels, CLASSES)
    assert low > 0 > high


def test_six_models_of_a_whole_split_are_compared_in_seconds() -> None:
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 32, 2541)
    answers = {str(i): rng.integers(0, 32, 2541) for i in range(6)}
    started = time.monotonic()
    resampled_scores(answers, labels, 32)
    assert time.monotonic() - started < 20


def test_few_texts_at_a_time_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    labels = np.arange(50) % CLASSES
    answers = {"a": np.roll(labels, 7), "b": labels}
    whole = resampled_scores(answers, labels, CLASSES)
    monkeypatch.setattr("training.measure.bootstrap._CELLS", 50 * 300)
    parts = resampled_scores(answers, labels, CLASSES)
    assert (whole["a"].macro_f1 == parts["a"].macro_f1).all()
    assert (parts["b"].accuracy == 1).all()
