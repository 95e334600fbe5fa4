"""Measure schemes for int8 on validation: how far the answers move, what the file weighs.

    python scripts/study/search_quantization.py --data DIR
    python scripts/study/search_quantization.py --data DIR --browser

Each scheme, and then each node rounded alone and spared alone, is on record as soon as it is
measured, and is not measured again while model, texts and the int8 file that it makes stay the
same. Ends with a table, the scheme that should ship and two plots; test is not touched. The
committed record is of one run; another run's record and plots go into its own folder.
"""

import tempfile
from collections.abc import Sequence
from pathlib import Path

from export.search import CANDIDATES, RECORD
from training.run.artifact import find_artifact, study_record
from training.run.cli import make_run_parser, reports_errors
from training.run.errors import InputError
from training.run.files import ROOT

PLOTS = ROOT / ".github"


@reports_errors
def main(argv: Sequence[str] | None = None) -> int:
    parser = make_run_parser(__doc__)
    parser.add_argument(
        "--schemes", type=Path, default=CANDIDATES, help="what to try (default: %(default)s)"
    )
    for name, what, usual in (("record", "what was measured", RECORD), ("plots", "plots", PLOTS)):
        text = f"{what} (default: {usual}, or the run's folder)"
        parser.add_argument(f"--{name}", type=Path, help=text)
    parser.add_argument(
        "--browser", action="store_true", help="also measure latency in headless Chromium"
    )
    args = parser.parse_args(argv)
    artifact = find_artifact(args.run)
    path = args.record or study_record(RECORD, artifact)
    plots = args.plots or (PLOTS if path == RECORD else artifact.path)
    if missing := [folder for folder in (path.parent, plots) if not folder.is_dir()]:
        raise InputError(f"{missing[0]}: no such directory; the record and the plots go there")
    from export.bench.latency import require_browser
    from export.pipeline import StaleStages
    from export.search.candidates import best_of, load_candidates, table
    from export.search.plot import write_front, write_sensitivity
    from export.search.run import Search

    if args.browser:
        require_browser()
    stages = StaleStages(artifact, args.data)
    stages.export()
    candidates = load_candidates(args.schemes)
    with tempfile.TemporaryDirectory(prefix="search-") as folder:
        search = Search(stages, path, Path(folder))
        search.measure_schemes(candidates)
        search.measure_nodes()
        if args.browser:
            search.measure_in_browser(candidates)
    record, scheme = search.record, stages.config.quantize
    print(table(record))
    best = best_of(record, scheme.max_megabytes)
    print(f"nearest of those up to {scheme.max_megabytes} MB compressed: {best}")
    print(write_front(record, best, plots / "quantization.svg"))
    print(write_sensitivity(record, plots / "sensitivity.svg"))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
