"""Who stands before whom: validation ranks, test only tells."""

from collections.abc import Sequence
from typing import Any

from training.report.words import listed, verb

Report = dict[str, Any]
Row = dict[str, Any]


def encoders(report: Report) -> list[Row]:
    """The rows of encoders, the best on validation first."""
    return [row for row in report["runs"] if row["kind"] == "encoder"]


def ranked(rows: list[Row]) -> list[Row]:
    """Those of the rows that validation ranks: nothing else chooses."""
    return [row for row in rows if row["validation_macro_f1"] is not None]


def measured_together(rows: Sequence[Row]) -> bool:
    """Whether the latencies of all rows are of one measurement, without which they do not rank."""
    return len(rows) < 2 or len({row["measurement"] or row["run"] for row in rows}) == 1


def lead_of(report: Report, a: Row, b: Row) -> dict[str, Any]:
    """The difference in macro-F1 on test, a − b, of two rows in the order of the table."""
    return _pair(report, a, b)["macro_f1"]


def validation_lead(report: Report, a: Row, b: Row) -> dict[str, Any]:
    """The same on validation, of two rows that it ranks."""
    return _pair(report, a, b)["validation"]


def _pair(report: Report, a: Row, b: Row) -> dict[str, Any]:
    (pair,) = (p for p in report["pairs"] if (p["a"], p["b"]) == (a["run"], b["run"]))
    return pair


def not_ranked(report: Report) -> list[str]:
    """A sentence on runs without a record of validation, if there are any."""
    names = [row["run"] for row in report["runs"] if row["validation_macro_f1"] is None]
    if not names:
        return []
    lack = verb(names, "has no validation_metrics.json and is", "have no such file and are")
    commands = " && ".join(
        f"python scripts/evaluate.py --split validation --run {name}" for name in names
    )
    return [
        f"{listed(names)} {lack} not ranked, since test ranks nothing; make it with {commands}."
    ]
