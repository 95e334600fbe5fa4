"""Measure how the cost of a text grows with its length, in Chromium, beside transformers.js.

    python scripts/study/growth.py --data DIR

Milliseconds of texts of 4 to 128 tokens and texts a second: the built page on one thread, isolated
on several, and the peer with the dynamic int8 of --peer. Run it while nothing else uses the
processor. The committed record is of the browser's run; another run's goes into its own folder.
"""

from collections.abc import Sequence

from export.bench import GROWTH, GROWTH_PLOT
from export.choice import RULE
from training.run.artifact import find_artifact, study_record
from training.run.cli import (
    add_counts,
    add_places,
    find_study,
    make_run_parser,
    reports_errors,
    require_counts,
    require_folder_of,
)
from training.run.files import write_json


@reports_errors
def main(argv: Sequence[str] | None = None) -> int:
    parser = make_run_parser(__doc__)
    parser.add_argument(
        "--peer",
        help="whose model the peer runs (default: what the rule for the browser's run says)",
    )
    add_counts(parser, texts=("texts of each length", 30), repeats=("how often", 5))
    add_places(parser, record=GROWTH, plot=GROWTH_PLOT)
    args = parser.parse_args(argv)
    require_counts(texts=args.texts, repeats=args.repeats)
    artifact, path = find_study(args, GROWTH)
    plot = args.plot or study_record(GROWTH_PLOT, artifact)
    require_folder_of(plot, "picture")
    from export.choice.rule import load_rule

    peer = find_artifact(args.peer or load_rule(RULE).peer)
    from export.bench.growth import measure_growth
    from export.bench.growth_plot import growth_table, write_growth
    from export.pipeline import StaleStages

    stages = StaleStages(artifact, args.data)
    of_peer = StaleStages(peer, args.data)
    record = measure_growth(stages, of_peer, args.texts, args.repeats)
    write_json(path, record)
    print(growth_table(record))
    print(write_growth(record, plot))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
