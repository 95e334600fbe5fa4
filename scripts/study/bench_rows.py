"""Measure how fast a table is classified, beside transformers and optimum, on all cores.

    python scripts/study/bench_rows.py --data DIR

Rows a second from a warm start, peak memory and CPU use, each contender in a process of its own,
in turns. The rows are the test texts over and over. --ray adds one and two workers of a cluster,
--table 1000000 our own command on a table of that length. Run it while nothing else uses the
processor; without --table the long table of an earlier record is kept, with when it was measured.
The committed record is of the browser's run; another run's goes into its own folder.
"""

from collections.abc import Sequence

from export.rows import RECORD
from training.run.cli import (
    add_counts,
    add_places,
    find_study,
    make_run_parser,
    reports_errors,
    require_counts,
)
from training.run.files import read_json, write_json


@reports_errors
def main(argv: Sequence[str] | None = None) -> int:
    parser = make_run_parser(__doc__)
    add_counts(parser, rows=("rows to classify", 20_000), repeats=("how often", 3))
    add_places(parser, record=RECORD)
    parser.add_argument("--ray", action="store_true", help="workers of a Ray cluster here, too")
    parser.add_argument("--table", type=int, default=0, help="rows of a table (default: none)")
    args = parser.parse_args(argv)
    require_counts(rows=args.rows, repeats=args.repeats)
    artifact, path = find_study(args, RECORD)
    from export.pipeline import StaleStages
    from export.rows.measure import measure_rows, table

    stages = StaleStages(artifact, args.data)
    earlier = read_json(path) if path.exists() else None
    record = measure_rows(stages, args.rows, args.repeats, args.ray, args.table, earlier)
    write_json(path, record)
    for row in table(record):
        print("  ".join(row))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
