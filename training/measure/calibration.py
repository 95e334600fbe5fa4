"""From logits to probabilities that can be believed, and when to say "not sure"."""

from typing import Any

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.special import softmax
from scipy.stats import beta

from training.measure.metrics import (
    ECE_BINS,
    Labels,
    Logits,
    confidence_bins,
    expected_calibration_error,
)

_TEMPERATURES = (0.05, 20.0)
_GRID = 61
SURE_CONFIDENCE = 0.95  # that the answers above the threshold are right as often as wanted
_SMALLEST = 1e-12  # a probability whose logarithm is still a number


def fit_temperature(logits: Logits, labels: Labels) -> float:
    """The temperature that makes the first answer's probability most honest; the order stays.

    Temperature scaling (Guo et al., 2017), but judged by the first answer alone (Gupta and Ramdas,
    2022), for that is what people read: a student of soft opinions gives the last labels too much,
    and the cross-entropy of all labels would pay for that with an overconfident first answer.

    Args:
        logits: [n, labels], of texts that were not trained on.
        labels: [n].
    """

    def loss(log_temperature: float) -> float:
        return first_answer_loss(softmax(logits / np.exp(log_temperature), axis=1), labels)

    # The loss may have several minima: the lowest of a grid is refined.
    grid = np.linspace(*np.log(_TEMPERATURES), _GRID)
    best = int(np.argmin([loss(value) for value in grid]))
    bounds = grid[max(best - 1, 0)], grid[min(best + 1, _GRID - 1)]
    found = minimize_scalar(loss, bounds=bounds, method="bounded")
    return round(float(np.exp(found.x)), 4)


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
    logits: Logits, labels: Labels, temperature: float, unsure_below: float | None
) -> dict[str, Any]:
    """What temperature and threshold do to one split."""
    before, after = softmax(logits, axis=1), softmax(logits / temperature, axis=1)
    confidence = after.max(axis=1)
    right = after.argmax(axis=1) == labels
    sure = confidence >= (np.inf if unsure_below is None else unsure_below)
    return {
        "n": len(labels),
        "ece": {
            "before": expected_calibration_error(before, labels),
            "after": expected_calibration_error(after, labels),
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
