"""Fine-tune one encoder and write it to training/artifacts/<run>/.

    python scripts/train.py minilm --data DIR
    python scripts/train.py distilbert --base offline       (no hub: a base derived from MiniLM)
    torchrun --nproc_per_node 2 scripts/train.py minilm     (several processes or GPUs)

A run that was interrupted goes on from its last finished epoch when the same command is given.
"""

import logging
from collections.abc import Sequence

from training.run.cli import add_data_argument, make_parser, reports_errors
from training.run.config import config_path, load_config, with_base


@reports_errors
def main(argv: Sequence[str] | None = None) -> int:
    parser = make_parser(__doc__)
    parser.add_argument("config", help="a name from training/configs (minilm) or a YAML file")
    parser.add_argument(
        "--base",
        help="another checkpoint than the config's: a directory, a hub name, or 'offline' for the "
        "packaged or derived stand-in of the config's base",
    )
    add_data_argument(parser)
    args = parser.parse_args(argv)
    path = config_path(args.config)
    config = with_base(load_config(path), args.base)
    from training.data.load import load_data
    from training.fit.finetune import finetune

    logging.basicConfig(format="%(message)s")
    logging.getLogger("training").setLevel(logging.INFO)
    data = load_data(config.data, args.data)
    print(data.provenance.summary())
    artifact = finetune(config, path, data)
    best = artifact.load_training_record()["best_validation_macro_f1"]
    print(f"{artifact.path}: best validation macro-F1 {best:.4f}")
    print(f"next: python scripts/evaluate.py --run {config.run}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
