"""How far a score may be off by the choice of texts: percentile bootstrap, paired where it matters.

Efron and Tibshirani, "An Introduction to the Bootstrap", 1993.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import bootstrap

Labels = NDArray[np.integer]  # [n]

BOOTSTRAP_SAMPLES = 2000

_CELLS = 1_000_000  # texts drawn at a time: 8 MB


@dataclass(frozen=True)
class Scores:
    """Scores of one model on the same resamples of the texts as every other, [samples]."""

    macro_f1: NDArray[np.float64]
    accuracy: NDArray[np.float64]


def resampled_scores(
    predictions: Mapping[str, Labels], labels: Labels, classes: int
) -> dict[str, Scores]:
    """Score every model on the same resamples of the texts.

    A resample may lack a class that the split has: its macro-F1 is the mean over those it has.

    Args:
        predictions: the answers of each model, [n].
        labels: [n].
    """

    def statistic(rows: Labels, axis: int) -> NDArray[np.float64]:
        """[2 · models, samples] of row numbers [samples, n]; scipy resamples their last axis."""
        rows = np.atleast_2d(rows)
        support = _count(labels, rows, classes)
        scores = []
        for answers in predictions.values():
            hits = _count(np.where(answers == labels, labels, classes), rows, classes)
            total = support + _count(answers, rows, classes)
            scores += [macro_f1_of_counts(hits, total), hits.sum(axis=-1) / len(labels)]
        return np.stack(scores)

    rows = np.arange(len(labels))
    if len(rows) < 2:  # which scipy refuses; every resample of one text is that text
        found = np.repeat(statistic(rows, -1), BOOTSTRAP_SAMPLES, axis=1)
    else:
        found = bootstrap(
            (rows,),
            statistic,
            n_resamples=BOOTSTRAP_SAMPLES,
            batch=max(1, _CELLS // len(rows)),
            vectorized=True,
            method="percentile",
            rng=np.random.default_rng(0),
        ).bootstrap_distribution
    return {
        name: Scores(*scores)
        for name, scores in zip(predictions, found.reshape(-1, 2, BOOTSTRAP_SAMPLES), strict=True)
    }


def macro_f1_of_counts(hits: NDArray[Any], total: NDArray[Any]) -> NDArray[np.float64]:
    """Mean F1 over the classes that occur, in truth or in answers: of others there is no F1.

    Args:
        hits: right answers of each class, [..., classes].
        total: how often each class is the truth plus how often it is the answer, [..., classes].
    """
    f1 = 2 * hits / np.maximum(total, 1)
    return np.mean(f1, axis=-1, where=total > 0)


def percentile_interval(samples: NDArray[np.float64]) -> tuple[float, float]:
    """The middle 95 % of resampled values."""
    low, high = np.percentile(samples, [2.5, 97.5])
    return float(low), float(high)


def macro_f1_interval(predicted: Labels, labels: Labels, classes: int) -> tuple[float, float]:
    """95 % interval of macro-F1."""
    scores = resampled_scores({"": predicted}, labels, classes)
    return percentile_interval(scores[""].macro_f1)


def macro_f1_difference_interval(
    predicted: Labels, reference: Labels, labels: Labels, classes: int
) -> tuple[float, float]:
    """95 % paired interval of macro-F1(predicted) − macro-F1(reference)."""
    scores = resampled_scores({"ours": predicted, "theirs": reference}, labels, classes)
    return percentile_interval(scores["ours"].macro_f1 - scores["theirs"].macro_f1)


def _count(values: Labels, rows: Labels, classes: int) -> NDArray[np.integer]:
    """How often each class is among ``values[rows]``, [samples, classes]; ``classes`` is none."""
    places = values[rows] + (classes + 1) * np.arange(len(rows))[:, None]
    counts = np.bincount(places.ravel(), minlength=len(rows) * (classes + 1))
    return counts.reshape(len(rows), classes + 1)[:, :classes]
