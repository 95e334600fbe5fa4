"""From logits to probabilities that can be believed, and when to say "not sure"."""

from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import softmax
from scipy.stats import beta

from training.measure import SURE_CONFIDENCE
from training.measure.metrics import (
    ECE_BINS,
    Labels,
    Logits,
    confidence_bins,
    expected_calibration_error,
)
from training.measure.temperature import Temperature

_LOG_TEMPERATURES = (np.log(0.05), np.log(20.0))
_SLOPES = (0.0, 0.25, 0.5, 0.75, 1.0)
_DRAWS = 200
_SMALLEST = 1e-12  # a probability whose logarithm is still a number


def fit_temperature(logits: Logits, labels: Labels) -> Temperature:
    """What makes the first answer's probability most honest; the order of the labels stays.

    Judged by the first answer alone (Gupta and Ramdas, 2022), for that is what people read: a
    student of soft opinions gives the last labels too much, and the cross-entropy of all labels
    would pay for that with an overconfident first answer.

    Args:
        logits: [n, labels], of texts that were not trained on.
        labels: [n].
    """

    def loss(point: NDArray[np.float64]) -> float:
        at = Temperature(float(np.exp(point[0])), float(point[1]))
        return first_answer_loss(at.probabilities(logits), labels)

    # The loss may have several minima: the lowest of a grid is refined.
    grid = [np.array(point) for point in product(np.linspace(*_LOG_TEMPERATURES, 31), _SLOPES)]
    bounds = [_LOG_TEMPERATURES, (_SLOPES[0], _SLOPES[-1])]
    found = minimize(loss, min(grid, key=loss), method="Nelder-Mead", bounds=bounds)
    return Temperature(round(float(np.exp(found.x[0])), 4), round(float(found.x[1]), 4))


def first_answer_loss(probabilities: Logits, labels: Labels) -> float:
    """Mean negative log-probability of the first answer's being right or wrong, in nats.

    Args:
        probabilities: [n, labels].
        labels: [n].
    """
    right = probabilities.argmax(axis=1) == labels
    confidence = probabilities.max(axis=1).astype(np.float64)
    probability = np.where(right, confidence, 1 - confidence)
    return float(-np.log(np.maximum(probability, _SMALLEST)).mean())


def find_threshold(probabilities: Logits, labels: Labels, wanted: float) -> float | None:
    """The lowest confidence above which the share ``wanted`` of the answers is surely right.

    Surely: the lower bound of that share (Clopper and Pearson, 1934; one-sided, 95 %) reaches it.
    That so many happened to be right would let in the luckiest of the thresholds. The bound is that
    of each threshold by itself.

    Args:
        probabilities: [n, labels], calibrated.

    Returns:
        A probability, or None when no threshold reaches the share.
    """
    confidence = probabilities.max(axis=1)
    order = np.argsort(-confidence, kind="stable")
    right = np.cumsum((probabilities.argmax(axis=1) == labels)[order])
    wrong = np.arange(1, len(labels) + 1) - right
    bound = np.where(right > 0, beta.ppf(1 - SURE_CONFIDENCE, np.maximum(right, 1), wrong + 1), 0.0)
    # Equal confidences are let in together or not at all.
    last_of_equals = np.append(np.diff(confidence[order]) != 0, True)
    enough = np.flatnonzero((bound >= wanted) & last_of_equals)
    return float(confidence[order][enough[-1]]) if len(enough) else None


def describe(
    logits: Logits, labels: Labels, temperature: Temperature, unsure_below: float | None
) -> dict[str, Any]:
    """What temperature and threshold do to one split."""
    before, after = softmax(logits, axis=1), temperature.probabilities(logits)
    confidence = after.max(axis=1)
    right = after.argmax(axis=1) == labels
    sure = confidence >= (np.inf if unsure_below is None else unsure_below)
    return {
        "n": len(labels),
        "ece": {
            "before": expected_calibration_error(before, labels),
            "after": expected_calibration_error(after, labels),
            "of_a_perfect_one": perfect_calibration_error(confidence),
        },
        "first_answer_loss": {
            "before": first_answer_loss(before, labels),
            "after": first_answer_loss(after, labels),
        },
        "accuracy": float(right.mean()),
        "mean_confidence": float(confidence.mean()),
        "sure": {
            "coverage": float(sure.mean()),
            "accuracy": float(right[sure].mean()) if sure.any() else None,
            "accuracy_of_the_rest": float(right[~sure].mean()) if not sure.all() else None,
        },
        "reliability": _reliability(confidence, right),
    }


def perfect_calibration_error(confidence: NDArray[np.float64]) -> float:
    """The calibration error that chance leaves of answers right just as often as they say.

    The mean of as many draws of right and wrong as ``_DRAWS``: with few texts in a bin, accuracy
    differs from confidence even there (Vaicenavicius et al., 2019).

    Args:
        confidence: [n].
    """
    bins, draw = confidence_bins(confidence), np.random.default_rng(0)
    drawn = draw.random((_DRAWS, len(confidence))) < confidence
    gaps = [np.bincount(bins, weights=right - confidence) for right in drawn]
    return float(np.abs(gaps).sum(axis=1).mean() / len(confidence))


def _reliability(confidence: Logits, right: Logits) -> list[dict[str, float | int]]:
    """Each bin of the calibration error that holds a text."""
    bins = confidence_bins(confidence)
    return [
        {
            "from": round(index / ECE_BINS, 4),
            "texts": int((bins == index).sum()),
            "confidence": float(confidence[bins == index].mean()),
            "accuracy": float(right[bins == index].mean()),
        }
        for index in np.unique(bins)
    ]
