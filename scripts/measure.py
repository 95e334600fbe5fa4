"""Measure what a run is worth as shipped: calibration, robustness, cost. Exports what is stale.

    python scripts/measure.py --run minilm_v3 --data DIR
    python scripts/measure.py cost --run distilbert_v1 minilm_v3 tinybert_v1

calibration   temperature, "not sure" threshold and families of labels → calibration.json
robustness    changed, short, long and odd texts, pairs made by hand   → robustness.json
cost          bytes, and milliseconds a text on one thread             → test_metrics.json

Without a kind the first two are measured. Measure cost while nothing else uses the processor, of
all runs to compare at once: they take turns. Exit code 1 when a value is no number.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from training.run.artifact import find_artifact
from training.run.cli import make_run_parser, reports_errors
from training.run.errors import InputError

if TYPE_CHECKING:
    from export.pipeline import StaleStages

KINDS = ("calibration", "robustness", "cost")


@reports_errors
def main(argv: Sequence[str] | None = None) -> int:
    parser = make_run_parser(__doc__, several=True)
    parser.add_argument("kinds", nargs="*", metavar="KIND", help="calibration, robustness or cost")
    args = parser.parse_args(argv)
    unknown = [kind for kind in args.kinds if kind not in KINDS]
    if unknown:
        raise InputError(f"unknown kind '{unknown[0]}'; give {', '.join(KINDS)}")
    artifacts, kinds = [find_artifact(run) for run in args.run], args.kinds or KINDS[:2]
    from export.pipeline import StaleStages

    runs = [StaleStages(artifact, args.data) for artifact in artifacts]
    for stages in runs:
        for kind in filter(_MEASURES.get, kinds):
            print(_MEASURES[kind](stages))
    if KINDS[2] in kinds:
        _cost(runs)  # of all together
    return 0


def _calibration(stages: "StaleStages") -> str:
    from export.quality.calibrate import summary

    return summary(stages.calibration(again=True))


def _robustness(stages: "StaleStages") -> str:
    from training.behaviour.measure import table

    record = stages.robustness()
    return f"{table(record)}\nwritten: {stages.artifact.robustness}"


def _cost(runs: "list[StaleStages]") -> None:
    from export.pipeline import measure_costs
    from export.quality.cost import summary

    print(*map(summary, measure_costs(runs)), sep="\n")


_MEASURES = {"calibration": _calibration, "robustness": _robustness}

if __name__ == "__main__":
    raise SystemExit(main())
