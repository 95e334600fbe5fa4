"""Measure how the shipped int8 model behaves off the beaten track, one text at a time.

    python scripts/stress.py minilm_v2 --data DIR

Changed texts (case, punctuation, typos, person), short, long and odd ones, texts by other hands and
pairs made by hand. Exports what is stale and writes robustness.json into the run's folder. Exit
code 1 when the model gives a value that is no number.
"""

from collections.abc import Sequence
from functools import partial

import numpy as np

from export.graph import session as runtime
from export.pipeline import StaleStages
from training.behaviour.measure import measure, own_texts, table
from training.measure.evaluate import require_same_labels
from training.run.artifact import find_artifact
from training.run.cli import make_run_parser, reports_errors
from training.run.files import commit, machine, sha256_of, timestamp, versions, write_json

SPLIT = "test"


@reports_errors
def main(argv: Sequence[str] | None = None) -> int:
    args = make_run_parser(__doc__).parse_args(argv)
    artifact = find_artifact(args.run)
    stages = StaleStages(artifact, args.data)
    labels = require_same_labels(artifact, stages.data)
    stages.export()
    model, rows = artifact.onnx_quantized, stages.data.splits[SPLIT]
    sample, pairs = own_texts(labels) or (None, None)
    if sample is None:
        print("sample and pairs: left out, they are labelled for another task")
    predict = partial(runtime.predict, artifact, model, description="ONNX int8")
    found = measure(predict, rows["text"], np.asarray(rows["label"]), labels, sample, pairs)
    provenance = stages.data.provenance.record()
    record = {
        "run": artifact.name,
        "split": SPLIT,
        "n": len(rows),
        "data": {key: provenance[key] for key in ("source", "id", "fingerprint")},
        "onnx_int8_sha256": sha256_of(model),
        **found,
        "timestamp": timestamp(),
        "commit": commit(),
        "machine": machine(),
        "versions": versions(),
    }
    path = artifact.path / "robustness.json"
    write_json(path, record)
    print(f"{artifact.name}, ONNX int8, {SPLIT} split, n = {len(rows):,}\n{table(record)}")
    print(f"written: {path}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
