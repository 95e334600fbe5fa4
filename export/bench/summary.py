"""Runs → medians, percentiles, ratios."""

from collections.abc import Sequence
from statistics import median
from typing import Any

import numpy as np

# What a contender is compared by; each holds "median" and "runs".
COMPARED = (
    "cold_bytes",
    "cold_ms",
    "slow_ms",
    "warm_ms",
    "p50_ms",
    "p95_ms",
    "texts_per_second",
)
_DIGITS = 3


def summarize(runs: Sequence[float]) -> dict[str, Any]:
    """The median, and the runs that it is of."""
    return {"median": _short(median(runs)), "runs": [_short(run) for run in runs]}


def summarize_latency(runs: Sequence[Sequence[float]]) -> dict[str, Any]:
    """Median and 95th percentile of the texts in each run, and the median run of both."""
    percentiles = [np.percentile(run, [50, 95]) for run in runs]
    return {
        "p50_ms": summarize([float(p50) for p50, _ in percentiles]),
        "p95_ms": summarize([float(p95) for _, p95 in percentiles]),
    }


def _short(value: float) -> float:
    return round(value, _DIGITS)


def agreement(labels: Sequence[str], reference: Sequence[str]) -> float:
    """The share of equal labels."""
    pairs = zip(labels, reference, strict=True)
    return sum(label == wanted for label, wanted in pairs) / len(reference)


def ratios(contenders: dict[str, dict[str, Any]], ours: str) -> dict[str, dict[str, float]]:
    """Median of each other contender ÷ our median, where both were measured."""
    base = contenders[ours]
    return {
        key: {
            name: _short(facts[name]["median"] / base[name]["median"])
            for name in COMPARED
            if name in facts and name in base
        }
        for key, facts in contenders.items()
        if key != ours
    }
