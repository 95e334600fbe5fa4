"""Classify texts on the command line as the page does: its graph, its temperature, its threshold.

    python scripts/classify.py "My sister hid behind the door with a cake."
    python scripts/classify.py --runtime torch < texts.txt

Other runtimes are for comparison; their answers are read by the temperature and the threshold of
the int8 file, too. What is stale is exported and calibrated first.
"""

import sys
from collections.abc import Sequence

from training.run.artifact import BROWSER_RUN, find_artifact
from training.run.cli import add_data_argument, make_parser, reports_errors
from training.run.errors import InputError


@reports_errors
def main(argv: Sequence[str] | None = None) -> int:
    parser = make_parser(__doc__)
    parser.add_argument(
        "texts", nargs="*", help="texts to classify (default: lines of standard input)"
    )
    parser.add_argument(
        "--run",
        default=BROWSER_RUN,
        help="name of a run in training/artifacts, or its folder (default: %(default)s)",
    )
    parser.add_argument(
        "--runtime", choices=("int8", "fp32", "torch"), default="int8", help="default: %(default)s"
    )
    parser.add_argument("--top", type=int, default=5, help="labels to show (default: %(default)s)")
    add_data_argument(parser)
    args = parser.parse_args(argv)
    texts = args.texts or [line.strip() for line in sys.stdin if line.strip()]
    if not texts or args.top < 1:
        raise InputError("nothing to do: give at least one text, and --top of at least 1")
    artifact = find_artifact(args.run)
    from export.graph import session as runtime
    from export.pipeline import StaleStages
    from export.quality.answer import answer
    from training.measure import predict as torch_runtime

    calibration = StaleStages(artifact, args.data, lambda _: None).calibration()
    if args.runtime == "torch":
        logits = torch_runtime.predict(artifact, texts)
    elif args.runtime == "fp32":
        logits = runtime.predict(artifact, artifact.onnx, texts)
    else:
        logits = runtime.predict_as_shipped(artifact, texts)
    labels = artifact.load_labels()
    for text, row in zip(texts, logits, strict=True):
        print(f"{text}\n  {answer(row, labels, calibration).sentence(args.top)}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
