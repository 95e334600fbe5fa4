"""Evaluate the weights of a run on one split and write the record and the model card."""

import numpy as np

from training.bases.resolve import base_name
from training.data.load import LabelledData
from training.measure.card import write_card
from training.measure.cost import is_of_present_files
from training.measure.metrics import classification_record
from training.measure.predict import predict
from training.run.artifact import Artifact
from training.run.errors import InputError
from training.run.files import read_json, sha256_of, write_json
from training.run.provenance import circumstances


def evaluate(artifact: Artifact, data: LabelledData, split: str = "test") -> dict[str, object]:
    """Write ``<split>_metrics.json`` and the model card; return the record.

    Raises:
        InputError: the data's labels are not the run's labels.
    """
    labels = require_same_labels(artifact, data)
    rows = data.splits[split]
    logits = predict(artifact, rows["text"], batch_size=32, description=f"evaluate {split}")
    trained = artifact.load_training_record()
    record = {
        "model": base_name(trained["base"]),
        "run": trained["run"],
        "config": trained["config"],
        "split": split,
        **classification_record(logits, np.asarray(rows["label"]), labels),
        "data": data.provenance.record(),
        "base": trained["base"],
        "parameters": trained["parameters"],
        "seed": trained["seed"],
        "train_seconds": trained["train_seconds"],
        "peak_memory_bytes": trained.get("peak_memory_bytes"),
        "weights_sha256": sha256_of(artifact.weights),
        **circumstances(),
    }
    known = artifact.metrics(split)
    cost = read_json(known).get("cost") if known.is_file() else None
    if cost and is_of_present_files(cost["weights_sha256"], cost.get("files"), artifact):
        record["cost"] = cost
    write_json(known, record)
    write_card(artifact)
    return record


def require_same_labels(artifact: Artifact, data: LabelledData) -> list[str]:
    """The run's labels, once it is sure that the data has the same in the same order."""
    labels = artifact.load_labels()
    if labels != data.labels:
        different = sorted(set(labels) ^ set(data.labels))
        raise InputError(
            f"run '{artifact.name}' and data '{data.provenance.id}' differ in their labels "
            f"({', '.join(different) or 'the order'}); give the data the run was trained on"
        )
    return labels
