"""Export a run to ONNX and quantize it to int8; does only what is stale.

    python scripts/export_onnx.py minilm_v2

Fails (exit code 1) when the exported logits differ from torch, or when nothing was quantized.
"""

from collections.abc import Sequence

from export.pipeline import StaleStages
from training.run.artifact import find_artifact
from training.run.cli import make_run_parser, reports_errors


@reports_errors
def main(argv: Sequence[str] | None = None) -> int:
    parser = make_run_parser(__doc__)
    args = parser.parse_args(argv)
    StaleStages(find_artifact(args.run), args.data).export()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
