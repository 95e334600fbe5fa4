"""Fit the temperature and the "not sure" threshold of the int8 model on validation data.

    python scripts/calibrate.py minilm_v2 --data DIR

Writes calibration.json into the run's folder: temperature, threshold, calibration error before and
after, families of labels that are taken for each other. The page shows probabilities by it.
"""

from collections.abc import Sequence

from export.pipeline import StaleStages
from export.quality.calibrate import summary
from training.run.artifact import find_artifact
from training.run.cli import make_run_parser, reports_errors


@reports_errors
def main(argv: Sequence[str] | None = None) -> int:
    args = make_run_parser(__doc__).parse_args(argv)
    artifact = find_artifact(args.run)
    print(summary(StaleStages(artifact, args.data).calibration(again=True)))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
