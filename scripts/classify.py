"""Classify texts as the page does: its graph, its temperature, its threshold.

    python scripts/classify.py "My sister hid behind the door with a cake."
    python scripts/classify.py --runtime torch < texts.txt
    python scripts/classify.py rows.csv answers.parquet --column situation --top 3

Two tables (.csv, .tsv, .jsonl, .parquet, also .gz; - is standard input or output) make the second
of the first: all its columns, then label, probability and unsure, on every core. A command that was
killed goes on where it was when it is given again. With --ray, files and folders, also under URIs,
are classified into a folder by the workers of a Ray cluster.

Other runtimes are for comparison; their answers are read by the temperature and the threshold of
the int8 file, too. What is stale is exported and calibrated first.
"""

import sys
from collections.abc import Sequence

from training.run.cli import make_run_parser, reports_errors
from training.run.errors import InputError

_TOP_OF_TEXTS, _TOP_IN_TABLES = 5, 1


@reports_errors
def main(argv: Sequence[str] | None = None) -> int:
    parser = make_run_parser(__doc__)
    parser.add_argument("texts", nargs="*", help="texts (default: lines of stdin), or two tables")
    parser.add_argument(
        "--runtime", choices=("int8", "fp32", "torch"), default="int8", help="default: %(default)s"
    )
    parser.add_argument("--top", type=int, help="labels for each (default: 5; in a table 1)")
    table = parser.add_argument_group("tables")
    table.add_argument("--column", help="where the texts stand (default: text, or the only one)")
    table.add_argument("--format", help="csv, tsv, jsonl or parquet (--ray: that of the answers)")
    table.add_argument(
        "--errors",
        choices=("skip", "fail"),
        default="skip",
        help="a row without a usable text gets no answer and is counted, or it ends the job "
        "(default: %(default)s)",
    )
    table.add_argument(
        "--escape-formulae", action="store_true", help="put ' before what spreadsheets would run"
    )
    table.add_argument("--workers", type=int, help="processes (default: as many as cores)")
    table.add_argument("--ray", metavar="ADDRESS", help="a cluster, or auto: one started here")
    args = parser.parse_args(argv)
    from export.rows.command import Request, classify_file, is_table
    from export.rows.said import say_answers

    if len(args.texts) == 2 and (args.ray or is_table(args.texts[0])):
        names = ("run", "data", "column", "format", "errors", "escape_formulae", "workers", "ray")
        found = {name: getattr(args, name) for name in names}
        top = _TOP_IN_TABLES if args.top is None else args.top
        rows = classify_file(Request(*args.texts, **found, top=top))
        print(f"{args.texts[1]}: {rows:,} rows", file=sys.stderr)
        return 0
    texts = args.texts or [line.strip() for line in sys.stdin if line.strip()]
    top = _TOP_OF_TEXTS if args.top is None else args.top
    if args.ray:
        raise InputError("--ray takes two names: a table or a folder of them, and a new folder")
    if not texts or top < 1:
        raise InputError("nothing to do: give at least one text, and --top of at least 1")
    say_answers(texts, args.run, args.data, args.runtime, top)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
