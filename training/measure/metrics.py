"""Pure arrays in, the metrics record out."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import softmax
from sklearn.metrics import (
    accuracy_score,
    confusion_matrix,
    f1_score,
    precision_recall_fscore_support,
    top_k_accuracy_score,
)

from training.measure.bootstrap import Labels, macro_f1_interval, macro_f1_of_counts

Logits = NDArray[np.floating]  # [n, labels]

ECE_BINS = 15


def classification_record(logits: Logits, labels: Labels, label_names: list[str]) -> dict[str, Any]:
    """Every figure of one evaluation; lists are in label order.

    Args:
        logits: [n, labels].
        labels: [n], true label indices.
        label_names: as many as logits has columns.
    """
    classes = np.arange(len(label_names))
    predicted = logits.argmax(axis=1)
    precision, recall, f1, support = precision_recall_fscore_support(
        labels, predicted, labels=classes, zero_division=0
    )
    low, high = macro_f1_interval(predicted, labels, len(label_names))
    probabilities = softmax(logits, axis=1)
    return {
        "accuracy": float(accuracy_score(labels, predicted)),
        **{
            f"{average}_f1": float(
                f1_score(labels, predicted, labels=classes, average=average, zero_division=np.nan)
            )
            for average in ("macro", "micro", "weighted")
        },
        "macro_f1_ci95": [low, high],
        **{f"top{k}_accuracy": _top_k(logits, labels, k) for k in (3, 5)},
        "ece": expected_calibration_error(probabilities, labels),
        "n": len(labels),
        "label_names": label_names,
        "per_class_precision": precision.tolist(),
        "per_class_recall": recall.tolist(),
        "per_class_f1": f1.tolist(),
        "per_class_support": support.tolist(),
        "confusion_matrix": confusion_matrix(labels, predicted, labels=classes).tolist(),
        # One entry a text, in the order of the split: what comparing two models takes.
        "labels": labels.tolist(),
        "predictions": predicted.tolist(),
        "confidences": probabilities.max(axis=1).astype(float).round(4).tolist(),
    }


def _top_k(logits: Logits, labels: Labels, k: int) -> float:
    if k >= logits.shape[1]:
        return 1.0
    if logits.shape[1] == 2:  # scikit-learn wants one column for two classes
        return float(accuracy_score(labels, logits.argmax(axis=1)))
    return float(top_k_accuracy_score(labels, logits, k=k, labels=np.arange(logits.shape[1])))


def macro_f1(predicted: Labels, labels: Labels, classes: int) -> float:
    """Mean of F1 over the classes that occur, in truth or in answers (``macro_f1_of_counts``)."""
    return float(macro_f1_of_counts(*_counts(predicted, labels, classes)))


def per_class_f1(predicted: Labels, labels: Labels, classes: int) -> NDArray[np.float64]:
    """F1 of each class, [classes]."""
    scores = f1_score(labels, predicted, labels=np.arange(classes), average=None, zero_division=0)
    return np.asarray(scores, dtype=np.float64)


def expected_calibration_error(probabilities: Logits, labels: Labels) -> float:
    """Mean gap between confidence and accuracy over 15 equal-width bins (Guo et al., 2017).

    Args:
        probabilities: [n, labels], rows sum to 1.
    """
    confidence = probabilities.max(axis=1)
    correct = probabilities.argmax(axis=1) == labels
    bins = confidence_bins(confidence)
    gaps = np.bincount(bins, weights=correct - confidence, minlength=ECE_BINS)
    return float(np.abs(gaps).sum() / len(labels))


def confidence_bins(confidence: NDArray[np.floating]) -> NDArray[np.integer]:
    """Which of the bins of the calibration error each confidence falls into, [n]."""
    return np.minimum((confidence * ECE_BINS).astype(int), ECE_BINS - 1)


def _counts(predicted: Labels, labels: Labels, classes: int) -> tuple[NDArray[Any], NDArray[Any]]:
    hits = np.bincount(labels[predicted == labels], minlength=classes)
    total = np.bincount(labels, minlength=classes) + np.bincount(predicted, minlength=classes)
    return hits, total
