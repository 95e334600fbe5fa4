"""Reliability diagrams: is an answer right as often as its confidence says?"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from training.measure.metrics import ECE_BINS
from training.report.style import INK, faint_grid

Panel = tuple[str, dict[str, Any]]  # a title, and count, confidence and accuracy of each bin
_RIGHT, _GAP = "#56B4E9", "#D55E00"


def draw_reliability(panels: Sequence[Panel]) -> Figure:
    """Accuracy against confidence in each panel, with the number of texts below."""
    columns = min(2, len(panels))
    lines = -(-len(panels) // columns)
    width, height = 3.7 * columns, 0.4 + 3.5 * lines  # inches, as all that follows
    figure = Figure(figsize=(width, height))

    def add(left: float, top: float, tall: float) -> Axes:
        place = (left / width, 1 - (top + tall) / height, 2.95 / width, tall / height)
        return figure.add_axes(place, xlim=(0, 1))

    for i, (title, bins) in enumerate(panels):
        left, top = 0.65 + 3.7 * (i % columns), 0.85 + 3.5 * (i // columns)
        upper, lower = add(left, top, 1.75), add(left, top + 1.9, 0.5)
        upper.tick_params(labelbottom=False)
        _draw_bins(upper, bins)
        upper.set_title(title, loc="left")
        _draw_counts(lower, bins)
    patches = [
        Patch(facecolor=_RIGHT, label="accuracy"),
        Patch(facecolor="none", edgecolor=_GAP, hatch="////", label="gap to the confidence"),
    ]
    figure.legend(handles=patches, loc="upper center", ncols=2, frameon=False)
    return figure


def _draw_bins(axes: Axes, bins: dict[str, Any]) -> None:
    for i, (confidence, accuracy) in enumerate(
        zip(bins["confidence"], bins["accuracy"], strict=True)
    ):
        if confidence is None:
            continue
        where = {"x": i / ECE_BINS, "width": 1 / ECE_BINS, "align": "edge"}
        axes.bar(height=accuracy, color=_RIGHT, edgecolor="white", linewidth=0.6, **where)
        axes.bar(
            height=confidence - accuracy, bottom=accuracy, facecolor="none", edgecolor=_GAP,
            hatch="////", linewidth=0.8, **where,
        )  # fmt: skip
    axes.plot([0, 1], [0, 1], "--", color=INK, linewidth=1)
    axes.set(ylim=(0, 1), ylabel="accuracy")
    faint_grid(axes)


def _draw_counts(axes: Axes, bins: dict[str, Any]) -> None:
    edges = np.arange(ECE_BINS) / ECE_BINS
    axes.bar(edges, bins["count"], 1 / ECE_BINS, align="edge", color="#8a9398", edgecolor="white")
    axes.set(xlabel="confidence", ylabel="texts")
    axes.locator_params(axis="y", nbins=3)
    faint_grid(axes, "y")
