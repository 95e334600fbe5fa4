"""Fit and evaluate what an encoder has to beat: TF-IDF + logistic regression, and the majority.

    python scripts/train_baselines.py --data DIR

Writes <split>_metrics.json of tfidf_lr_v1 and majority_v1 into training/artifacts.
"""

from collections.abc import Sequence

from training.run.artifact import ARTIFACTS_DIR, Artifact
from training.run.cli import add_data_argument, make_parser, reports_errors
from training.run.config import config_path, load_config
from training.run.files import read_json


@reports_errors
def main(argv: Sequence[str] | None = None) -> int:
    parser = make_parser(__doc__)
    parser.add_argument(
        "config",
        nargs="?",
        default="minilm",
        help="the config whose data section is used (default: %(default)s)",
    )
    add_data_argument(parser)
    args = parser.parse_args(argv)
    path = config_path(args.config)
    config = load_config(path)
    from training.data.load import load_data
    from training.measure.baselines import run_baselines

    data = load_data(config.data, args.data)
    print(data.provenance.summary())
    for run in run_baselines(data, path.name):
        record = read_json(Artifact(ARTIFACTS_DIR / run).metrics("test"))
        print(
            f"{run} on test (n = {record['n']:,}): accuracy {record['accuracy']:.4f}, "
            f"macro-F1 {record['macro_f1']:.4f}"
        )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
