"""Temperature and threshold of the shipped int8 model, fitted on validation, told of test."""

from typing import Any

import numpy as np
from sklearn.metrics import confusion_matrix

from export.graph import session as runtime
from export.quality.calibrated import files_of, settings_of
from training.data.load import LabelledData
from training.measure.calibration import (
    describe,
    find_threshold,
    fit_temperature,
)
from training.measure.evaluate import require_same_labels
from training.measure.families import family_accuracy, find_families, names_of
from training.run.artifact import Artifact
from training.run.files import write_json
from training.run.provenance import circumstances

FITTED_ON, JUDGED_ON = "validation", "test"


def calibrate(artifact: Artifact, data: LabelledData) -> dict[str, Any]:
    """Write ``calibration.json`` and return it.

    Temperature, threshold and families of near-synonyms are found on validation alone; test is
    only described by them.
    """
    names = require_same_labels(artifact, data)
    logits, labels = {}, {}
    for split in (FITTED_ON, JUDGED_ON):
        rows = data.splits[split]
        labels[split] = np.asarray(rows["label"])
        logits[split] = runtime.predict(
            artifact, artifact.onnx_quantized, rows["text"], description=f"ONNX int8, {split}"
        )
    wanted = artifact.load_config().calibration
    temperature = fit_temperature(logits[FITTED_ON], labels[FITTED_ON])
    probabilities = temperature.probabilities(logits[FITTED_ON])
    unsure_below = find_threshold(probabilities, labels[FITTED_ON], wanted.sure_accuracy)
    confusion = {
        split: confusion_matrix(
            labels[split], logits[split].argmax(axis=1), labels=np.arange(len(names))
        )
        for split in logits
    }
    families = find_families(confusion[FITTED_ON])
    record = {
        "run": artifact.name,
        "fitted_on": FITTED_ON,
        "data": data.provenance.reference(),
        "files": files_of(artifact),
        "settings": settings_of(artifact),
        **temperature.record(),
        "unsure_below": None if unsure_below is None else round(unsure_below, 4),
        "splits": {
            split: describe(logits[split], labels[split], temperature, unsure_below)
            | {"family_accuracy": family_accuracy(confusion[split], families)}
            for split in logits
        },
        "families": names_of(families, names),
        **circumstances(),
    }
    write_json(artifact.calibration, record)
    return record


def summary(record: dict[str, Any]) -> str:
    """The record in a few lines."""
    told = f"temperature {record['temperature']:.3f}, slope {record['temperature_slope']:.3f}"
    lines = [f"{told}, fitted on {record['fitted_on']}"]
    for split, facts in record["splits"].items():
        ece, sure = facts["ece"], facts["sure"]
        line = f"{split}: calibration error {ece['before']:.3f} before, {ece['after']:.3f} after"
        line += f" (a perfect one would show {ece['of_a_perfect_one']:.3f})"
        if sure["accuracy"] is not None:
            line += f"; sure of {sure['coverage']:.1%}, of which {sure['accuracy']:.1%} right"
        lines.append(f"{line}; right family {facts['family_accuracy']:.1%}")
    if record["unsure_below"] is None:
        lines.append("no threshold reaches the accuracy that calibration.sure_accuracy demands")
    else:
        lines.append(f"unsure below {record['unsure_below']:.3f}")
    return "\n".join(lines)
