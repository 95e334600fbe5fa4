"""Have Lighthouse judge the built pages, on a phone and on a desktop.

    python scripts/study/lighthouse.py

Performance, accessibility, best practices and SEO, 0 to 100, in Chromium. Run it while nothing else
uses the processor. The committed record is of the browser's run; another run's goes into its own
folder.
"""

from collections.abc import Sequence

from export.bench import LIGHTHOUSE
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
    add_counts(parser, repeats=("how often", 3))
    add_places(parser, record=LIGHTHOUSE)
    args = parser.parse_args(argv)
    require_counts(repeats=args.repeats)
    artifact, path = find_study(args, LIGHTHOUSE)
    from export.bench.lighthouse import CATEGORIES, lighthouse_table, measure_lighthouse
    from export.pipeline import StaleStages

    record = measure_lighthouse(StaleStages(artifact, args.data), args.repeats)
    write_json(path, record)
    for row in [["", *CATEGORIES], *lighthouse_table(record)]:
        print("  ".join(row))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
