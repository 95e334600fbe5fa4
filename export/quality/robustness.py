"""How the int8 file behaves off the beaten track, one text at a time as on the page."""

from functools import partial
from typing import Any

import numpy as np

from export.graph import session as runtime
from training.behaviour.measure import measure, own_texts
from training.data.load import LabelledData
from training.measure.evaluate import require_same_labels
from training.run.artifact import Artifact
from training.run.files import sha256_of, write_json
from training.run.provenance import circumstances

SPLIT = "test"


def measure_robustness(artifact: Artifact, data: LabelledData) -> dict[str, Any]:
    """Write ``robustness.json`` and return it: changed, short, long and odd texts, pairs by hand.

    ``sample`` and ``behaviour`` are in it where texts of this project have the run's labels.

    Raises:
        CheckError: the model gives a value that is no number; nothing is written.
    """
    labels = require_same_labels(artifact, data)
    model, rows = artifact.onnx_quantized, data.splits[SPLIT]
    sample, pairs = own_texts(labels) or (None, None)
    predict = partial(runtime.predict, artifact, model, description="ONNX int8")
    found = measure(predict, rows["text"], np.asarray(rows["label"]), labels, sample, pairs)
    record = {
        "run": artifact.name,
        "split": SPLIT,
        "n": len(rows),
        "data": data.provenance.reference(),
        "onnx_int8_sha256": sha256_of(model),
        **found,
        **circumstances(),
    }
    write_json(artifact.robustness, record)
    return record
