"""Write the tables of README.md, and of those in training and export, anew from the records.

    python scripts/study/update_readme.py

Call it after evaluate.py or check_parity.py; a test fails when README and records differ.
"""

from collections.abc import Sequence

from training.run.cli import make_parser, reports_errors


@reports_errors
def main(argv: Sequence[str] | None = None) -> int:
    make_parser(__doc__).parse_args(argv)
    from export.readme.render import PAGES, render

    for page in PAGES:
        before = page.read_text(encoding="utf-8")
        after = render(page, before)
        page.write_text(after, encoding="utf-8")
        print(f"{page}: {'unchanged' if after == before else 'tables updated'}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
