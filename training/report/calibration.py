"""Does a stated confidence hold? Counted in the bins of the calibration error."""

from typing import Any

import numpy as np

from training.metrics import ECE_BINS, confidence_bins
from training.report.load import Run


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
