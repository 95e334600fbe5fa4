"""Take a picture of every state of the built page: light and dark, desktop and phone.

    python scripts/study/screenshots.py --out DIR

The page is built before, by scripts/build_web.py. Pictures that have the same names are replaced.
"""

from collections.abc import Sequence
from pathlib import Path

from training.run.cli import make_parser, reports_errors
from training.run.errors import InputError
from training.run.files import ROOT


@reports_errors
def main(argv: Sequence[str] | None = None) -> int:
    parser = make_parser(__doc__)
    parser.add_argument(
        "--site",
        type=Path,
        default=ROOT / "web",
        metavar="DIR",
        help="a built site (default: web/)",
    )
    parser.add_argument(
        "--out", type=Path, required=True, metavar="DIR", help="folder for the pictures"
    )
    args = parser.parse_args(argv)
    if not (args.site / "index.html").is_file():
        raise InputError(f"{args.site}: no built site; run scripts/build_web.py")
    args.out.mkdir(parents=True, exist_ok=True)
    from tqdm import tqdm

    from export.browser.screens import LOOKS, STATES, take_screens

    total = len(LOOKS) * len(STATES)
    for path in tqdm(take_screens(args.site, args.out), total=total, unit="picture"):
        tqdm.write(str(path))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
