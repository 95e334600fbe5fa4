"""Measure the candidates for the browser and say which one the rule chooses.

    python scripts/study/choose.py --data DIR

Exports each candidate where it is stale; measures int8 quality on validation and test, bytes, and
the latency of all built pages in Chromium, in turn with transformers.js. Run it while nothing else
uses the processor. The chosen run is then named in training/run/artifact.py. What another rule
chooses is written beside that rule.
"""

from collections.abc import Sequence
from pathlib import Path

from export.choice import PLOT, RECORD, RULE
from training.run.artifact import find_artifact
from training.run.cli import (
    add_data_argument,
    make_parser,
    reports_errors,
    require_counts,
    require_folder_of,
)
from training.run.files import write_json


@reports_errors
def main(argv: Sequence[str] | None = None) -> int:
    parser = make_parser(__doc__)
    add_data_argument(parser)
    parser.add_argument(
        "--rule", type=Path, default=RULE, help="by what to choose (default: %(default)s)"
    )
    for name, what, usual in (("record", "what was measured", RECORD), ("plot", "picture", PLOT)):
        parser.add_argument(
            f"--{name}", type=Path, help=f"{what} (default: {usual}, or beside another rule)"
        )
    counts = (("texts", "test texts to time", 200), ("repeats", "how often to time them", 5))
    for name, what, usual in counts:
        parser.add_argument(
            f"--{name}", type=int, default=usual, help=f"{what} (default: %(default)s)"
        )
    args = parser.parse_args(argv)
    require_counts(texts=args.texts, repeats=args.repeats)
    usual = args.rule.resolve() == RULE
    path = args.record or (RECORD if usual else args.rule.with_suffix(".json"))
    plot = args.plot or (PLOT if usual else args.rule.with_suffix(".svg"))
    require_folder_of(path, "record")
    require_folder_of(plot, "picture")
    from export.choice.rule import load_rule

    rule = load_rule(args.rule)
    artifacts = {name: find_artifact(name) for name in (*rule.candidates, rule.peer)}
    from export.choice.plot import table, write_plot
    from export.choice.record import measure_choice
    from export.pipeline import StaleStages

    runs = {name: StaleStages(artifact, args.data) for name, artifact in artifacts.items()}
    record = measure_choice(rule, runs, args.texts, args.repeats)
    write_json(path, record)
    print(table(record))
    print(f"chosen: {record['chosen']}")
    print(write_plot(record, plot))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
