"""Make the offline base of TinyBERT: MiniLM-L6, pruned to TinyBERT's size and distilled on text.

    python scripts/study/distill_base.py --text train_dialogues.csv
    python scripts/train.py tinybert --base offline

For machines that reach no hub. Any English text will do, one a row or line; no labels are read.
A run that was interrupted goes on from its last finished epoch when the same command is given.
"""

import os
from collections.abc import Sequence
from pathlib import Path

from training.run.cli import make_parser, reports_errors
from training.run.config import DATA_DIR_VARIABLE, DistillConfig
from training.run.errors import InputError

_DIALOGUES = "train_dialogues.csv"


@reports_errors
def main(argv: Sequence[str] | None = None) -> int:
    defaults = DistillConfig()
    parser = make_parser(__doc__)
    parser.add_argument(
        "--text",
        type=Path,
        metavar="FILE",
        help=f".txt, .csv, .jsonl or .parquet (default: {_DIALOGUES} in ${DATA_DIR_VARIABLE})",
    )
    parser.add_argument("--column", default="text", help="column of the texts (default: text)")
    parser.add_argument(
        "--epochs",
        type=int,
        default=defaults.epochs,
        help="passes over the texts; 0 only prunes (default: %(default)s)",
    )
    parser.add_argument(
        "--out",
        type=Path,
        metavar="DIR",
        help="where the base is written (default: where --base offline looks)",
    )
    args = parser.parse_args(argv)
    if args.epochs < 0:
        raise InputError(f"--epochs {args.epochs}: give 0 or more")
    from training.bases.derived import TINYBERT, derived_dir
    from training.data.readers import read_texts
    from training.fit.distill import distill_tinybert

    file, out = args.text or _default_file(), args.out or derived_dir(TINYBERT)
    made = distill_tinybert(
        read_texts(file, args.column), file.name, DistillConfig(epochs=args.epochs), out
    )
    for row in made["held_out_loss"]:
        print(f"step {row['step']:6,}: held-out loss {row['loss']:.4f}")
    print(f"{out}: {made['method']}, layers {made['layers']} of the packaged MiniLM")
    return 0


def _default_file() -> Path:
    directory = os.environ.get(DATA_DIR_VARIABLE)
    if not directory:
        raise InputError(f"no text: give a file with --text, or set {DATA_DIR_VARIABLE}")
    return Path(directory) / _DIALOGUES


if __name__ == "__main__":
    raise SystemExit(main())
