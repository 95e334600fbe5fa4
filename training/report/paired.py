"""Is a difference between two models more than chance? Paired tests on the same texts."""

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binomtest

from training.measure.bootstrap import Labels, Scores, percentile_interval
from training.report.load import Run


def compare_pairs(
    runs: Sequence[Run], scores: Mapping[str, Scores], validation: Mapping[str, Scores]
) -> list[dict[str, Any]]:
    """Each pair of runs, in the order given: what the first has over the second.

    Args:
        scores: of each run on test.
        validation: of each run that has a record of validation.
    """
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
            "validation": _on_validation(a, b, validation),
        }
        for a, b in combinations(runs, 2)
    ]


def _on_validation(a: Run, b: Run, scores: Mapping[str, Scores]) -> dict[str, Any] | None:
    if a.validation is None or b.validation is None:
        return None
    return difference(
        a.validation.macro_f1 - b.validation.macro_f1,
        scores[a.name].macro_f1 - scores[b.name].macro_f1,
    )


def difference(value: float, samples: NDArray[np.float64]) -> dict[str, Any]:
    """A difference, its 95 % interval and two-sided p over resamples, and whether 0 is outside."""
    low, high = percentile_interval(samples)
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
