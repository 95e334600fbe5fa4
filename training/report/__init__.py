"""The comparison report: metrics records of several runs → tables, plots, tests, a conclusion."""

from training.report.compute import compute
from training.report.load import DEFAULT_RUNS, Missing, Run, load_runs
from training.report.write import write_report

__all__ = [
    "DEFAULT_RUNS",
    "Missing",
    "Run",
    "compute",
    "load_runs",
    "write_report",
]
