"""Evaluate a run on one split; writes <split>_metrics.json and the model card into its folder.

python scripts/evaluate.py --run minilm_v3 --data DIR
"""

from collections.abc import Sequence

from training.run.artifact import find_artifact
from training.run.cli import make_run_parser, reports_errors
from training.run.config import SPLITS


@reports_errors
def main(argv: Sequence[str] | None = None) -> int:
    parser = make_run_parser(__doc__)
    parser.add_argument(
        "--split", choices=SPLITS, default="test", help="split to evaluate (default: test)"
    )
    args = parser.parse_args(argv)
    artifact = find_artifact(args.run)
    from training.data.load import load_data
    from training.measure.evaluate import evaluate

    data = load_data(artifact.load_config().data, args.data)
    print(data.provenance.summary())
    record = evaluate(artifact, data, args.split)
    low, high = record["macro_f1_ci95"]
    print(
        f"{artifact.name} on {args.split} (n = {record['n']:,}): "
        f"accuracy {record['accuracy']:.4f}, macro-F1 {record['macro_f1']:.4f} "
        f"[{low:.3f}, {high:.3f}], top-3 {record['top3_accuracy']:.4f}"
    )
    print(f"written: {artifact.metrics(args.split)}, {artifact.card}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
