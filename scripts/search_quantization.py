"""Measure recipes for int8 on validation: how far the answers move, what the file weighs.

    python scripts/search_quantization.py --data DIR

Each recipe is on record as soon as it is measured, and is not measured again for the same weights.
Ends with a table and the recipe that should ship; test is not touched.
"""

import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from export import runtime
from export.pipeline import StaleStages
from export.search import (
    best_of,
    load_candidates,
    load_search,
    measure,
    table,
    write_search,
)
from training.artifact import find_artifact
from training.cli import make_run_parser, reports_errors
from training.records import ROOT

CANDIDATES = ROOT / "export" / "search.yaml"
RECORD = ROOT / "export" / "records" / "quantization.json"
SPLIT = "validation"


@reports_errors
def main(argv: Sequence[str] | None = None) -> int:
    parser = make_run_parser(__doc__)
    parser.add_argument(
        "--recipes", type=Path, default=CANDIDATES, help="what to try (default: %(default)s)"
    )
    parser.add_argument(
        "--record", type=Path, default=RECORD, help="what was measured (default: %(default)s)"
    )
    args = parser.parse_args(argv)
    artifact = find_artifact(args.run)
    stages = StaleStages(artifact, args.data)
    stages.export()
    record = load_search(args.record, artifact)
    candidates = load_candidates(args.recipes)
    open_ones = [c for c in candidates if c.name not in record["candidates"]]
    if open_ones:
        rows = stages.data.splits[SPLIT]
        texts, labels = list(rows["text"]), np.asarray(rows["label"])
        reference = runtime.predict(artifact, artifact.onnx, texts, description="ONNX fp32")
        for candidate in open_ones:
            with tempfile.TemporaryDirectory() as folder:
                row = measure(candidate, artifact, texts, labels, reference, Path(folder))
            record["candidates"][candidate.name] = row
            write_search(args.record, record, SPLIT, len(texts))
    print(table(record))
    limit = stages.config.quantize.max_megabytes
    print(f"nearest of those up to {limit} MB: {best_of(record, limit)}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
