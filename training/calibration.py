"""From logits to probabilities that can be believed, and when to say "not sure"."""

from typing import Any

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax, softmax

from training.metrics import ECE_BINS, Labels, Logits, confidence_bins, expected_calibration_error

_TEMPERATURES = (0.05, 20.0)


def fit_temperature(logits: Logits, labels: Labels) -> float:
    """The temperature with the lowest cross-entropy (Guo et al., 2017); the order stays.

    Args:
        logits: [n, labels], of texts that were not trained on.
        labels: [n].
    """

    def loss(log_temperature: float) -> float:
        return cross_entropy(logits, labels, float(np.exp(log_temperature)))

    found = minimize_scalar(loss, bounds=np.log(_TEMPERATURES), method="bounded")
    return round(float(np.exp(found.x)), 4)


def cross_entropy(logits: Logits, labels: Labels, temperature: float) -> float:
    """Mean negative log-probability of the labels, in nats."""
    log_probabilities = log_softmax(logits.astype(np.float64) / temperature, axis=1)
    return float(-log_probabilities[np.arange(len(labels)), labels].mean())


def find_threshold(probabilities: Logits, labels: Labels, wanted: float) -> float | None:
    """The lowest confidence above which at least the share ``wanted`` of the answers is right.

    Args:
        probabilities: [n, labels], calibrated.

    Returns:
        A probability, or None when no threshold reaches the share.
    """
    confidence = probabilities.max(axis=1)
    order = np.argsort(-confidence, kind="stable")
    right = (probabilities.argmax(axis=1) == labels)[order]
    accuracy = np.cumsum(right) / np.arange(1, len(labels) + 1)
    # Equal confidences are let in together or not at all.
    last_of_equals = np.append(np.diff(confidence[order]) != 0, True)
    enough = np.flatnonzero((accuracy >= wanted) & last_of_equals)
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
        "cross_entropy": {
            "before": cross_entropy(logits, labels, 1.0),
            "after": cross_entropy(logits, labels, temperature),
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
