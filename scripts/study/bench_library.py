"""Measure what the calls of the browser library cost in Chromium, by workers and threads.

    python scripts/study/bench_library.py --data DIR

Rows a second one by one and by classifyMany, an explanation of a text of 24 words, the
verification by the golden texts. Run it while nothing else uses the processor. The committed record
is of the browser's run; another run's goes into its own folder.
"""

from collections.abc import Sequence

from export.bench import LIBRARY
from training.run.cli import (
    add_counts,
    add_places,
    find_study,
    make_run_parser,
    reports_errors,
    require_counts,
)
from training.run.files import write_json


@reports_errors
def main(argv: Sequence[str] | None = None) -> int:
    parser = make_run_parser(__doc__)
    add_counts(parser, texts=("texts to classify", 400), repeats=("how often", 3))
    add_places(parser, record=LIBRARY)
    args = parser.parse_args(argv)
    require_counts(texts=args.texts, repeats=args.repeats)
    artifact, path = find_study(args, LIBRARY)
    from export.bench.library import library_table, measure_library
    from export.pipeline import StaleStages

    record = measure_library(StaleStages(artifact, args.data), args.texts, args.repeats)
    write_json(path, record)
    for row in library_table(record):
        print("  ".join(row))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
