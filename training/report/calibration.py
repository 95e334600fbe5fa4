"""Does a stated confidence hold? Counted in the bins of the calibration error."""

from typing import Any

import numpy as np

from training.report.load import Run

BINS = 15  # as in training.metrics.expected_calibration_error


def calibration(run: Run) -> dict[str, Any]:
    """Texts, mean confidence and accuracy of each bin of confidence; None where a bin is empty."""
    bins = np.minimum((run.confidences * BINS).astype(int), BINS - 1)
    right = run.predictions == run.labels
    count = np.bincount(bins, minlength=BINS)

    def mean(values: np.ndarray) -> list[float | None]:
        sums = np.bincount(bins, weights=values, minlength=BINS)
        return [float(s / c) if c else None for s, c in zip(sums, count, strict=True)]

    return {
        "count": count.tolist(),
        "confidence": mean(run.confidences),
        "accuracy": mean(right),
        "mean_confidence": float(run.confidences.mean()),
    }
