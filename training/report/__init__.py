"""The comparison report: metrics records of several runs → tables, plots, tests, a conclusion."""

from training.report.compute import compute
from training.report.load import DEFAULT_RUNS, Missing, Run, load_runs
from training.report.write import REPORT_DIR, write_report

__all__ = [
    "DEFAULT_RUNS",
    "REPORT_DIR",
    "Missing",
    "Run",
    "compute",
    "load_runs",
    "write_report",
]
