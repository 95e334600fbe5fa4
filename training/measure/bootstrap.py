"""How far a score may be off by the choice of texts: percentile bootstrap, paired where it matters.

Efron and Tibshirani, "An Introduction to the Bootstrap", 1993.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

Labels = NDArray[np.integer]  # [n]

BOOTSTRAP_SAMPLES = 2000

_CELLS = 10_000_000  # of the matrix of resamples that is held at a time: 40 MB


@dataclass(frozen=True)
class Scores:
    """Scores of one model on the same resamples of the texts as every other, [samples]."""

    macro_f1: NDArray[np.float64]
    accuracy: NDArray[np.float64]


def resampled_scores(
    predictions: Mapping[str, Labels], labels: Labels, classes: int
) -> dict[str, Scores]:
    """Score every model on the resamples that ``training.measure.metrics`` draws, all at once.

    How often a text was drawn, times what it counts for, is a matrix product: a report of many
    models takes a second, and its intervals equal those of ``macro_f1_difference_interval``.
    """
    n = len(labels)
    truth = np.eye(classes, dtype=np.float32)[labels]
    answers = {name: np.eye(classes, dtype=np.float32)[p] for name, p in predictions.items()}
    macro_f1: dict[str, list[NDArray[Any]]] = {name: [] for name in predictions}
    accuracy: dict[str, list[NDArray[Any]]] = {name: [] for name in predictions}
    rng = np.random.default_rng(0)
    step = max(1, _CELLS // n)
    with tqdm(total=BOOTSTRAP_SAMPLES, desc="paired bootstrap", delay=2) as bar:
        for start in range(0, BOOTSTRAP_SAMPLES, step):
            samples = min(step, BOOTSTRAP_SAMPLES - start)
            drawn = _draw(rng, samples, n)
            support = drawn @ truth
            for name, answer in answers.items():
                hits = drawn @ (truth * answer)
                total = np.maximum(support + drawn @ answer, 1)
                macro_f1[name].append(np.mean(2 * hits.astype(float) / total, axis=1))
                accuracy[name].append(hits.sum(axis=1, dtype=float) / n)
            bar.update(samples)
    return {
        name: Scores(np.concatenate(macro_f1[name]), np.concatenate(accuracy[name]))
        for name in predictions
    }


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


def _draw(rng: np.random.Generator, samples: int, n: int) -> NDArray[np.float32]:
    """How often each text is in each resample, [samples, n]."""
    drawn = np.empty((samples, n), dtype=np.float32)
    for row in drawn:
        row[:] = np.bincount(rng.integers(0, n, n), minlength=n)
    return drawn
