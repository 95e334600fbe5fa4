"""Does a stated confidence hold? Counted in the bins of the calibration error."""

from typing import Any

import numpy as np

from training.measure.metrics import ECE_BINS, confidence_bins
from training.measure.temperature import Temperature
from training.report.load import Run
from training.run.artifact import Artifact
from training.run.files import read_json


def calibration(run: Run) -> dict[str, Any]:
    """Texts, mean confidence and accuracy of each bin of confidence; None where a bin is empty."""
    bins = confidence_bins(run.confidences)
    right = run.predictions == run.labels
    count = np.bincount(bins, minlength=ECE_BINS)

    def mean(values: np.ndarray) -> list[float | None]:
        sums = np.bincount(bins, weights=values, minlength=ECE_BINS)
        return [float(s / c) if c else None for s, c in zip(sums, count, strict=True)]

    return {
        "count": count.tolist(),
        "confidence": mean(run.confidences),
        "accuracy": mean(right),
        "mean_confidence": float(run.confidences.mean()),
    }


def calibrated(run: Run) -> dict[str, Any] | None:
    """The same of the int8 file at its temperature, with its error; None if not on record."""
    path = Artifact(run.path.parent).calibration
    if not path.is_file():
        return None
    record = read_json(path)
    facts = record["splits"]["test"]
    bins = {round(row["from"] * ECE_BINS): row for row in facts["reliability"]}
    return {
        "count": [bins[i]["texts"] if i in bins else 0 for i in range(ECE_BINS)],
        **{
            key: [bins[i][key] if i in bins else None for i in range(ECE_BINS)]
            for key in ("confidence", "accuracy")
        },
        **Temperature.of(record).record(),
        "ece": facts["ece"],
    }
