"""Build the static site: export, quantize, check parity, calibrate where stale; render web/.

    python scripts/build_web.py
    python -m http.server --directory web

Nothing is rendered unless int8 is as good as the gate in run.yaml demands (exit code 1); the
previous site stays.
"""

from collections.abc import Sequence
from pathlib import Path

from training.run.artifact import find_artifact
from training.run.cli import make_run_parser, reports_errors


@reports_errors
def main(argv: Sequence[str] | None = None) -> int:
    parser = make_run_parser(__doc__)
    parser.add_argument(
        "--out",
        type=Path,
        metavar="DIR",
        help="also write a clean copy of the site, ready for a host",
    )
    args = parser.parse_args(argv)
    artifact = find_artifact(args.run)
    from export.pipeline import StaleStages
    from export.site.build import WEB_DIR

    facts = StaleStages(artifact, args.data).site(out=args.out).facts
    megabytes = facts["download_bytes"] / 1e6
    print(f"site {facts['version']}: {args.out or WEB_DIR} (first visit loads {megabytes:.1f} MB)")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
