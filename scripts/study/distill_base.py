"""Make an offline base: MiniLM-L6, pruned to TinyBERT or stacked to MiniLM-L12, distilled on text.

    python scripts/study/distill_base.py --text train_dialogues.csv
    python scripts/train.py tinybert --base offline

For machines that reach no hub. Any English text will do, one a row or line; no labels are read.
A run that was interrupted goes on from its last finished epoch when the same command is given.
"""

import os
from collections.abc import Sequence
from pathlib import Path

from training.run.cli import make_parser, reports_errors
from training.run.config import DATA_DIR_VARIABLE, DistillConfig, config_path, load_config
from training.run.errors import InputError

_DIALOGUES = "train_dialogues.csv"
_CONFIGS = ("tinybert", "minilm_l12")


@reports_errors
def main(argv: Sequence[str] | None = None) -> int:
    parser = make_parser(__doc__)
    what = "config whose base is made (default: %(default)s)"
    parser.add_argument("--base", choices=_CONFIGS, default=_CONFIGS[0], help=what)
    parser.add_argument(
        "--text",
        type=Path,
        metavar="FILE",
        help=f".txt, .csv, .jsonl or .parquet (default: {_DIALOGUES} in ${DATA_DIR_VARIABLE})",
    )
    parser.add_argument("--column", default="text", help="column of the texts (default: text)")
    passes = "passes over the texts; 0 only prunes or stacks (default: %(default)s)"
    parser.add_argument("--epochs", type=int, default=DistillConfig().epochs, help=passes)
    where = "where the base is written (default: where train.py looks for an offline one)"
    parser.add_argument("--out", type=Path, metavar="DIR", help=where)
    args = parser.parse_args(argv)
    if args.epochs < 0:
        raise InputError(f"--epochs {args.epochs}: give 0 or more")
    from training.bases.derived import derived_dir
    from training.data.readers import read_texts
    from training.fit.distill import distill_base

    base = load_config(config_path(args.base)).base
    file, out = args.text or _default_file(), args.out or derived_dir(base)
    texts = read_texts(file, args.column)
    made = distill_base(base, texts, file.name, DistillConfig(epochs=args.epochs), out)
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
