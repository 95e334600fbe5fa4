from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import softmax
from scipy.stats import binomtest

from training.measure.calibration import (
    describe,
    find_threshold,
    first_answer_loss,
    fit_temperature,
    perfect_calibration_error,
)
from training.measure.temperature import Temperature

SIZES = st.integers(1, 60)


def drawn(temperature: float, n: int = 20_000) -> tuple[np.ndarray, np.ndarray]:
    """Logits, and labels drawn with the probabilities that they have at ``temperature``."""
    rng = np.random.default_rng(0)
    logits = rng.normal(scale=3, size=(n, 5))
    odds = softmax(logits / temperature, axis=1).cumsum(axis=1)
    return logits, np.minimum((rng.random((n, 1)) > odds).sum(axis=1), 4)


@pytest.mark.parametrize("temperature", [0.5, 1.0, 2.5])
def test_the_temperature_that_made_the_labels_is_found(temperature: float) -> None:
    logits, labels = drawn(temperature)
    found = fit_temperature(logits, labels)
    assert found.value == pytest.approx(temperature, rel=0.05)
    assert found.slope == pytest.approx(0, abs=0.1)
    facts = describe(logits, labels, found, None)
    assert facts["ece"]["after"] < 0.015
    if temperature != 1.0:
        assert facts["ece"]["before"] > 0.05


@given(st.integers(0, 99), SIZES)
def test_no_other_temperature_is_better(seed: int, n: int) -> None:
    rng = np.random.default_rng(seed)
    logits, labels = rng.normal(size=(n, 3)), rng.integers(0, 3, n)

    def loss(temperature: Temperature) -> float:
        return first_answer_loss(temperature.probabilities(logits), labels)

    best = loss(fit_temperature(logits, labels))
    for other, slope in product((0.3, 0.9, 1.0, 1.1, 3.0), (0.0, 0.3, 1.0)):
        assert best <= loss(Temperature(other, slope)) + 1e-3


def test_a_slope_that_made_the_labels_is_found() -> None:
    rng = np.random.default_rng(1)
    logits, true = rng.normal(scale=2, size=(30_000, 8)), Temperature(0.8, 0.6)
    odds = true.probabilities(logits).cumsum(axis=1)
    labels = np.minimum((rng.random((len(odds), 1)) > odds).sum(axis=1), 7)
    found = fit_temperature(logits, labels)
    assert found.value == pytest.approx(0.8, rel=0.1)
    assert found.slope == pytest.approx(0.6, abs=0.15)
    assert describe(logits, labels, found, None)["ece"]["after"] < 0.01


@pytest.mark.parametrize("n", [500, 20_000])
def test_what_chance_leaves_is_what_honest_answers_show(n: int) -> None:
    rng = np.random.default_rng(2)
    confidence = rng.uniform(0.5, 1, n)
    shown = []
    for _ in range(30):
        labels = (rng.random(n) > confidence).astype(int)
        facts = describe(
            np.log(np.stack([confidence, 1 - confidence], 1)), labels, Temperature(), None
        )
        shown.append(facts["ece"]["after"])
    assert perfect_calibration_error(confidence) == pytest.approx(np.mean(shown), rel=0.15)


def test_the_loss_is_that_of_the_first_answer_alone() -> None:
    probabilities = np.array([[0.5, 0.3, 0.2], [0.1, 0.8, 0.1]])
    assert first_answer_loss(probabilities, np.array([0, 2])) == pytest.approx(
        -(np.log(0.5) + np.log(0.2)) / 2
    )


def lower_bound(right: np.ndarray) -> float:
    """One-sided 95 % bound of the share of what is right."""
    test = binomtest(int(right.sum()), len(right), alternative="greater")
    return test.proportion_ci(0.95, method="exact").low


@given(st.integers(0, 99), SIZES, st.sampled_from([0.1, 0.3, 0.5, 0.8]))
def test_the_threshold_keeps_its_word_and_is_the_lowest(seed: int, n: int, wanted: float) -> None:
    rng = np.random.default_rng(seed)
    # Few distinct values, so that equal confidences occur.
    probabilities = softmax(rng.integers(0, 3, (n, 4)).astype(float), axis=1)
    labels = rng.integers(0, 4, n)
    confidence = probabilities.max(axis=1)
    right = probabilities.argmax(axis=1) == labels
    good = [t for t in np.unique(confidence) if lower_bound(right[confidence >= t]) >= wanted]
    assert find_threshold(probabilities, labels, wanted) == (min(good) if good else None)


def test_a_few_lucky_answers_do_not_make_a_threshold() -> None:
    confidence = np.linspace(0.9, 0.6, 40)
    probabilities = np.stack([confidence, 1 - confidence], axis=1)
    assert find_threshold(probabilities[:5], np.zeros(5, dtype=int), 0.7) is None
    assert find_threshold(probabilities, np.zeros(40, dtype=int), 0.7) == pytest.approx(0.6)
    assert find_threshold(probabilities, np.ones(40, dtype=int), 0.1) is None


def test_the_promise_holds_for_other_texts_nearly_always() -> None:
    rng = np.random.default_rng(0)
    kept = 0
    for _ in range(200):
        # Honest confidences: each answer is right with just that probability.
        confidence = rng.uniform(0.5, 1, 1000)
        probabilities = np.stack([confidence, 1 - confidence], axis=1)
        threshold = find_threshold(probabilities, (rng.random(1000) > confidence).astype(int), 0.8)
        assert threshold is not None
        kept += (threshold + 1) / 2 >= 0.8  # what is right above it, of all such texts
    assert kept / 200 > 0.9  # of the last that happens to reach the share, half


def test_a_split_is_described_by_what_is_given() -> None:
    logits = np.log(np.array([[0.9, 0.1], [0.6, 0.4], [0.3, 0.7], [0.8, 0.2]]))
    labels = np.array([0, 1, 1, 1])
    facts = describe(logits, labels, Temperature(), 0.7)
    assert facts["accuracy"] == 0.5
    assert facts["sure"]["coverage"] == 0.75
    assert facts["sure"]["accuracy"] == pytest.approx(2 / 3)
    assert facts["sure"]["accuracy_of_the_rest"] == 0
    assert sum(row["texts"] for row in facts["reliability"]) == 4
    assert (
        facts["ece"]["before"]
        == facts["ece"]["after"]
        == pytest.approx((0.1 + 0.6 + 0.3 + 0.8) / 4)
    )
    never = describe(logits, labels, Temperature(), None)["sure"]
    assert never["coverage"] == 0 and never["accuracy"] is None
