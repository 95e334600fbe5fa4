"""Class by class: the best, the worst, the ones hard for all, and what is taken for what."""

from collections.abc import Sequence
from itertools import combinations
from typing import Any

import numpy as np

from training.report.load import Run

HARD_F1 = 0.4
_EXTREMES = 5
_CONFUSIONS = 15


def extremes(run: Run) -> dict[str, list[dict[str, Any]]]:
    """The five best and the five worst classes by F1; of few classes, the halves."""
    record = run.record
    columns = (
        record.label_names,
        record.per_class_precision,
        record.per_class_recall,
        record.per_class_f1,
        record.per_class_support,
    )
    keys = ("label", "precision", "recall", "f1", "support")
    rows = [dict(zip(keys, row, strict=True)) for row in zip(*columns, strict=True)]
    rows.sort(key=lambda row: (-row["f1"], row["label"]))
    count = min(_EXTREMES, len(rows) // 2)
    best = [row for row in rows[:count] if row["f1"] > 0]  # a class never hit is not among the best
    return {"best": best, "worst": rows[: -count - 1 : -1]}


def per_class(runs: Sequence[Run], encoders: Sequence[Run]) -> list[dict[str, Any]]:
    """F1 of every class in every run; first the class that the encoders know best."""
    record = runs[0].record
    judges = encoders or runs
    rows = [
        {
            "label": label,
            "support": record.per_class_support[i],
            "f1": {run.name: run.record.per_class_f1[i] for run in runs},
            "mean": float(np.mean([run.record.per_class_f1[i] for run in judges])),
        }
        for i, label in enumerate(record.label_names)
    ]
    return sorted(rows, key=lambda row: (-row["mean"], row["label"]))


def hard_for_all(encoders: Sequence[Run]) -> list[dict[str, Any]]:
    """Classes with an F1 below 0.4 in every encoder, the hardest first."""
    rows = [
        {"label": label, "highest_f1": max(run.record.per_class_f1[i] for run in encoders)}
        for i, label in enumerate(encoders[0].record.label_names if encoders else [])
    ]
    hard = [row for row in rows if row["highest_f1"] < HARD_F1]
    return sorted(hard, key=lambda row: (row["highest_f1"], row["label"]))


def confusions(encoders: Sequence[Run]) -> list[dict[str, Any]]:
    """The pairs of labels most often taken for each other, summed over the encoders."""
    if not encoders:
        return []
    names = encoders[0].record.label_names
    matrices = {run.name: run.record.confusion_matrix for run in encoders}
    rows = []
    for i, j in combinations(range(len(names)), 2):
        runs = {run: [m[i][j], m[j][i]] for run, m in matrices.items()}
        forth = sum(counts[0] for counts in runs.values())
        back = sum(counts[1] for counts in runs.values())
        first, second, directions = (i, j, 1) if forth >= back else (j, i, -1)
        if forth + back:
            rows.append(
                {
                    "a": names[first],
                    "b": names[second],
                    "a_taken_for_b": max(forth, back),
                    "b_taken_for_a": min(forth, back),
                    "total": forth + back,
                    "runs": {run: counts[::directions] for run, counts in runs.items()},
                }
            )
    rows.sort(key=lambda row: (-row["total"], row["a"], row["b"]))
    return rows[:_CONFUSIONS]
