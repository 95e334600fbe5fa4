"""Is a difference between two models more than chance? Paired tests on the same texts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binomtest
from tqdm import tqdm

from training.measure.metrics import BOOTSTRAP_SAMPLES, Labels
from training.report.load import Run

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


def _draw(rng: np.random.Generator, samples: int, n: int) -> NDArray[np.float32]:
    """How often each text is in each resample, [samples, n]."""
    drawn = np.empty((samples, n), dtype=np.float32)
    for row in drawn:
        row[:] = np.bincount(rng.integers(0, n, n), minlength=n)
    return drawn


def compare_pairs(runs: Sequence[Run], scores: Mapping[str, Scores]) -> list[dict[str, Any]]:
    """Each pair of runs, in the order given: what the first has over the second."""
    return [
        {
            "a": a.name,
            "b": b.name,
            "macro_f1": difference(
                a.record.macro_f1 - b.record.macro_f1,
                scores[a.name].macro_f1 - scores[b.name].macro_f1,
            ),
            "accuracy": difference(
                a.record.accuracy - b.record.accuracy,
                scores[a.name].accuracy - scores[b.name].accuracy,
            ),
            "mcnemar": mcnemar(a.predictions, b.predictions, a.labels),
        }
        for a, b in combinations(runs, 2)
    ]


def difference(value: float, samples: NDArray[np.float64]) -> dict[str, Any]:
    """A difference, its 95 % interval and two-sided p over resamples, and whether 0 is outside."""
    low, high = (float(bound) for bound in np.percentile(samples, [2.5, 97.5]))
    smaller_tail = min(np.sum(samples <= 0), np.sum(samples >= 0))
    return {
        "difference": value,
        "ci95": [low, high],
        "p": min(1.0, float(2 * (smaller_tail + 1) / (len(samples) + 1))),
        "beyond_chance": low > 0 or high < 0,
    }


def mcnemar(predicted: Labels, reference: Labels, labels: Labels) -> dict[str, Any]:
    """Exact McNemar test: of the texts that only one of two models has right, who has how many."""
    only_a = int(np.sum((predicted == labels) & (reference != labels)))
    only_b = int(np.sum((predicted != labels) & (reference == labels)))
    p = float(binomtest(only_a, only_a + only_b).pvalue) if only_a + only_b else 1.0
    return {"only_a": only_a, "only_b": only_b, "p": p}
