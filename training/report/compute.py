"""Runs in, the whole report as one JSON-ready dict out; templates and plots only show it."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from training.measure.bootstrap import Scores, resampled_scores
from training.report.agreement import VOTE, disagreements, majority_vote, together
from training.report.calibration import calibrated, calibration
from training.report.classes import confusions, extremes, hard_for_all, per_class
from training.report.conclusion import conclude
from training.report.load import Missing, Run
from training.report.paired import compare_pairs, difference
from training.report.table import (
    efficiency,
    measured_on,
    provenance,
    published_classes,
    published_rows,
    run_row,
)


def compute(runs: Sequence[Run], missing: Sequence[Missing] = ()) -> dict[str, Any]:
    """Every figure and every sentence of the report.

    Args:
        runs: measured on the same texts, the best on validation first, as ``load_runs`` gives them.
        missing: runs to name as not there.
    """
    encoders = [run for run in runs if run.is_encoder]
    names = runs[0].record.label_names
    rows = [run_row(run) for run in runs]
    published = published_rows(names)
    report = {
        "data": _data(runs),
        "missing": [{"run": gone.run, "commands": list(gone.commands)} for gone in missing],
        "runs": rows,
        "published": published,
        "table": rows + sorted(published, key=lambda row: -row["macro_f1"]),
        **_comparisons(runs, encoders),
        "efficiency": efficiency(rows),
        "measured_on": measured_on(runs),
        "extremes": {run.name: _extremes(run, bool(published)) for run in runs},
        "per_class": per_class(runs, encoders),
        "hard_classes": hard_for_all(encoders),
        "confusions": confusions(encoders),
        "disagreements": disagreements(runs),
        "calibration": {run.name: calibration(run) for run in runs},
        "calibrated": {run.name: found for run in runs if (found := calibrated(run))},
        "confusion_matrices": {run.name: run.record.confusion_matrix for run in runs},
        "provenance": [provenance(run) for run in runs],
    }
    return report | {"conclusion": conclude(report)}


def _extremes(run: Run, with_published: bool) -> dict[str, Any]:
    theirs = published_classes().get(run.name) if with_published else None
    return {**extremes(run), "published": theirs}


def _data(runs: Sequence[Run]) -> dict[str, Any]:
    record = runs[0].record
    return {
        "id": record.data.id,
        "fingerprint": record.data.fingerprint,
        "n": record.n,
        "label_names": record.label_names,
        "newest_record": max(run.record.timestamp for run in runs),
    }


def _comparisons(runs: Sequence[Run], encoders: Sequence[Run]) -> dict[str, Any]:
    """The paired tests, those of the majority vote against the encoders among them."""
    record, labels = runs[0].record, runs[0].labels
    answers = {run.name: run.predictions for run in runs}
    shared = together(encoders)
    if shared:
        answers[VOTE] = majority_vote(encoders)
    scores = resampled_scores(answers, labels, len(record.label_names))
    if shared:
        best = encoders[0]
        shared["vote_over_best"] = {
            "run": best.name,
            **difference(
                shared["vote_macro_f1"] - best.record.macro_f1,
                scores[VOTE].macro_f1 - scores[best.name].macro_f1,
            ),
        }
    return {"pairs": compare_pairs(runs, scores, _on_validation(runs)), "together": shared}


def _on_validation(runs: Sequence[Run]) -> dict[str, Scores]:
    records = {run.name: run.validation for run in runs if run.validation}
    if not records:
        return {}
    answers = {name: np.asarray(record.predictions) for name, record in records.items()}
    first = next(iter(records.values()))
    return resampled_scores(answers, np.asarray(first.labels), len(first.label_names))
