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


@pytest.mark.parametrize("n", [300, 12])  # few texts: most resamples lack a class
def test_scores_are_those_of_a_loop_over_resamples(n: int) -> None:
    predicted, labels = random_case(n)
    rng = np.random.default_rng(0)
    draws = [rng.integers(0, n, n) for _ in range(BOOTSTRAP_SAMPLES)]
    expected = [macro_f1(predicted[rows], labels[rows], CLASSES) for rows in draws]
    scores = resampled_scores({"a": predicted}, labels, CLASSES)["a"]
    assert scores.macro_f1 == pytest.approx(expected)
    assert scores.accuracy == pytest.approx([np.mean((predicted == labels)[r]) for r in draws])
    assert macro_f1_interval(predicted, labels, CLASSES) == pytest.approx(
        np.percentile(expected, [2.5, 97.5])
    )


def test_a_class_that_a_resample_lacks_does_not_lower_it() -> None:
    labels = np.array([0] * 20 + [1])  # every third resample has no text of class 1
    assert macro_f1_interval(labels, labels, 2) == (1.0, 1.0)
    scores = resampled_scores({"right": labels, "wrong": 1 - labels}, labels, 2)
    assert (scores["right"].macro_f1 == 1).all() and (scores["wrong"].macro_f1 == 0).all()
    always = np.zeros_like(labels)
    _, high = macro_f1_difference_interval(labels, always, labels, 2)
    assert high > 0.5, "a class that is there and never answered counts as 0"
    assert macro_f1_difference_interval(always, always, labels, 2) == (0.0, 0.0)


def test_one_text_has_an_interval_without_width() -> None:
    assert macro_f1_interval(np.array([1]), np.array([1]), CLASSES) == (1.0, 1.0)
    assert macro_f1_interval(np.array([0]), np.array([1]), CLASSES) == (0.0, 0.0)


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
