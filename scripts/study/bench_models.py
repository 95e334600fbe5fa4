"""Measure what runs cost: size, and latency on one thread in torch and onnxruntime.

    python scripts/study/bench_models.py distilbert_v1 minilm_v2 tinybert_v1

Exports what is not exported yet, and adds the key "cost" to each run's test_metrics.json. Run it
while nothing else uses the processor.
"""

import json
from collections.abc import Sequence

from export.pipeline import StaleStages
from export.quality.cost import measure_cost
from training.run.artifact import find_artifact
from training.run.cli import add_data_argument, make_parser, reports_errors
from training.run.errors import InputError
from training.run.files import write_json


@reports_errors
def main(argv: Sequence[str] | None = None) -> int:
    parser = make_parser(__doc__)
    parser.add_argument(
        "runs", nargs="+", metavar="RUN", help="names of runs in training/artifacts, or folders"
    )
    add_data_argument(parser)
    args = parser.parse_args(argv)
    artifacts = [find_artifact(run) for run in args.runs]
    for artifact in artifacts:
        path = artifact.metrics("test")
        if not path.is_file():
            raise InputError(f"{path}: not there; run scripts/evaluate.py {artifact.name} first")
        stages = StaleStages(artifact, args.data)
        stages.export()
        cost = measure_cost(artifact, stages.data.splits["test"]["text"])
        write_json(path, json.loads(path.read_text()) | {"cost": cost})
        latency = ", ".join(f"{k} {v['p50']:.2f} ms" for k, v in cost["latency_ms"].items())
        print(
            f"{artifact.name}: fp32 {cost['fp32_bytes'] / 1e6:.1f} MB, "
            f"int8 {cost['int8_bytes'] / 1e6:.1f} MB, {latency} ({cost['tokens']} tokens)"
        )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
