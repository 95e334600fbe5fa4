"""Measure what a large table costs on the page in Chromium: time, memory, the longest task.

    python scripts/study/bench_batch.py --data DIR

The table has the texts of the test split over and over and columns that nobody asks for, about
50 MB for 100,000 rows. Somebody types into the box all the while. Run it while nothing else uses
the processor. The committed record is of the browser's run; another run's goes into its own folder.
"""

from collections.abc import Sequence

from export.bench import BATCH
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
    add_counts(parser, rows=("rows of the table", 100_000))
    add_places(parser, record=BATCH)
    args = parser.parse_args(argv)
    require_counts(rows=args.rows)
    artifact, path = find_study(args, BATCH)
    from export.bench.batch import batch_sentence, measure_batch
    from export.pipeline import StaleStages

    record = measure_batch(StaleStages(artifact, args.data), args.rows)
    write_json(path, record)
    print(batch_sentence(record))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
