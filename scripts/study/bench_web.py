"""Measure what the page costs in a real Chromium, beside a peer that runs the same model files.

    python scripts/study/bench_web.py

Bytes and time to the first answer on first and second visits, latency a text, texts a second.
Builds the site first, as build_web.py does; the first call installs the peer with npm. Run it while
nothing else uses the processor.
"""

from collections.abc import Sequence
from pathlib import Path

from export.bench import RECORD
from training.run.artifact import find_artifact, study_record
from training.run.cli import make_run_parser, reports_errors, require_counts, require_folder_of
from training.run.files import write_json


@reports_errors
def main(argv: Sequence[str] | None = None) -> int:
    parser = make_run_parser(__doc__)
    parser.add_argument(
        "--texts", type=int, default=200, help="test texts to classify (default: %(default)s)"
    )
    parser.add_argument(
        "--repeats", type=int, default=5, help="how often to measure (default: %(default)s)"
    )
    parser.add_argument(
        "--record", type=Path, help=f"where to write (default: {RECORD}, or the run's folder)"
    )
    args = parser.parse_args(argv)
    require_counts(texts=args.texts, repeats=args.repeats)
    if args.record:
        require_folder_of(args.record, "record")
    artifact = find_artifact(args.run)
    path = args.record or study_record(RECORD, artifact)
    from export.bench.record import bench
    from export.bench.table import contender_table
    from export.pipeline import StaleStages

    record = bench(StaleStages(artifact, args.data), args.texts, args.repeats)
    write_json(path, record)
    print(contender_table(record))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
