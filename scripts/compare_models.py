"""Compare runs by their metrics records: tables, paired tests, plots and a conclusion.

    python scripts/compare_models.py                        (the default runs and all others there)
    python scripts/compare_models.py --run minilm_v3 some/folder --out DIR

Runs are ranked on validation, test says what they are worth. Writes report.md, report.html (one
file, opens offline), report.json and plots/ into the folder.
"""

from collections.abc import Sequence
from pathlib import Path

from training.run.artifact import REPORT_DIR
from training.run.cli import make_parser, reports_errors


@reports_errors
def main(argv: Sequence[str] | None = None) -> int:
    parser = make_parser(__doc__)
    parser.add_argument(
        "--run",
        nargs="+",
        default=[],
        help="names of runs in training/artifacts, or folders with a test_metrics.json (default: "
        "the encoders and baselines of the README, and every other one there)",
    )
    parser.add_argument(
        "--out",
        type=Path,
        metavar="DIR",
        default=REPORT_DIR,
        help="folder to write, new or with an older report (default: %(default)s)",
    )
    args = parser.parse_args(argv)
    from training.report.write import write_report

    report = write_report(args.run, args.out)
    for gone in report["missing"]:
        print(f"not there: {gone['run']}; make it with {' && '.join(gone['commands'])}")
    for sentence in report["conclusion"]["sentences"]:
        print(f"{sentence['topic']}: {' '.join(sentence['lines'])}")
    print(f"written: {args.out / 'report.html'}, {args.out / 'report.md'}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
