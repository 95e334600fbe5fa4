"""The run of a card beside others that answered the same texts."""

from typing import Any

from training.report.load import DEFAULT_RUNS, Run, load_runs
from training.report.table import published_rows, run_row
from training.run.artifact import Artifact
from training.run.errors import InputError


def runs_beside(artifact: Artifact) -> list[dict[str, Any]]:
    """A row for this run (``this``) and each of the report's that was measured on its test texts,
    the best on validation first, then the published figures; none where it would stand alone.

    Of what else lies in the same folder nothing is taken: nobody's trials get into a page unasked.
    A run whose record cannot be used, or is of other texts, is left out. Milliseconds are there
    where they were taken in the same measurement as this run's.
    """
    ours = _load(artifact.name, artifact)
    if ours is None:
        return []
    names = [name for name in DEFAULT_RUNS if name != artifact.name]
    found = [run for name in names if (run := _load(name, artifact))]
    others = [run for run in found if _comparable(ours, run)]
    if not others:
        return []
    rows = [{**run_row(run), "this": run is ours} for run in sorted([ours, *others], key=_rank)]
    (mine,) = (row for row in rows if row["this"])
    for row in rows:
        if not row["this"] and (row["measurement"] is None or not _together(row, mine)):
            row |= {"onnx_fp32_ms": None, "onnx_int8_ms": None}
    published = published_rows(ours.record.label_names)
    return rows + [{**row, "this": False} for row in published]


def _load(name: str, artifact: Artifact) -> Run | None:
    try:
        (run,), _ = load_runs([name], artifact.path.parent)
    except InputError:
        return None
    return run


def _together(row: dict[str, Any], mine: dict[str, Any]) -> bool:
    return row["measurement"] == mine["measurement"]


def _comparable(ours: Run, other: Run) -> bool:
    a, b = ours.record, other.record
    return a.label_names == b.label_names and a.data == b.data and a.labels == b.labels


def _rank(run: Run) -> tuple[float, str]:
    return (-(run.validation.macro_f1 if run.validation else 0.0), run.name)
