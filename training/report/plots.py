"""The plots of a report, each a function of the computed dict alone."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from training.metrics import ECE_BINS
from training.report.cost_plot import draw_quality_against_cost, has_cost
from training.report.insights import Report, encoders
from training.report.style import FAINT, INK, colour, faint_grid, marker
from training.report.words import short

_SHOWN_SHARE = 0.1  # cells of a confusion matrix from here on carry their number
_RIGHT, _GAP = "#56B4E9", "#D55E00"


@dataclass(frozen=True)
class Plot:
    """A picture to draw; ``name`` is also its file name."""

    name: str
    title: str
    description: str
    draw: Callable[[], Figure]


def plots_of(report: Report) -> list[Plot]:
    """Every plot that the numbers are there for. Draw them inside ``plot_style``."""
    plots = [
        Plot(
            "per_class_f1",
            "F1 of each class",
            "One line for each class, one marker for each run; the line spans the encoders, "
            "which know the uppermost class best. A run that gives one answer to all texts is "
            "left out. The table below has all numbers.",
            partial(draw_per_class_f1, report),
        ),
        Plot(
            "reliability",
            "Confidence and accuracy",
            "One panel for each run: accuracy in each of 15 bins of confidence, the gap to the "
            "diagonal, and below it how many texts are in the bin.",
            partial(draw_reliability, report),
        ),
    ]
    if has_cost(report):
        plots.append(
            Plot(
                "quality_against_cost",
                "Quality against size and latency",
                "Macro-F1 with its 95 % interval against megabytes and milliseconds of int8; "
                "baselines are lines across.",
                partial(draw_quality_against_cost, report),
            )
        )
    return plots + [
        Plot(
            f"confusion_{place}_{_file_name(row['run'])}",
            f"Confusion matrix of {row['run']}",
            f"What {row['run']} answers, in percent of the texts of each true class.",
            partial(draw_confusion, report, row["run"]),
        )
        for place, row in enumerate(report["runs"], start=1)
    ]


def _file_name(run: str) -> str:
    return "".join(c if c.isascii() and (c.isalnum() or c in "._-") else "_" for c in run)


def draw_per_class_f1(report: Report) -> Figure:
    """F1 of each class in each run: a row a class, a marker a run."""
    rows = report["per_class"]
    figure = Figure(figsize=(7, 1.6 + 0.27 * len(rows)), layout="constrained")
    axes = figure.add_subplot()
    places = np.arange(len(rows))
    f1 = {run["run"]: [row["f1"][run["run"]] for row in rows] for run in report["runs"]}
    spanned = [f1[run["run"]] for run in encoders(report)]
    if spanned:
        axes.hlines(
            places, np.min(spanned, axis=0), np.max(spanned, axis=0), color=FAINT, linewidth=3
        )
    # A little apart, so that equal values do not cover each other.
    shifts = np.linspace(-0.2, 0.2, len(f1)) if len(f1) > 1 else [0]
    for i, (run, shift) in enumerate(zip(report["runs"], shifts, strict=True)):
        values = f1[run["run"]]
        if np.count_nonzero(values) < 2:
            continue  # one answer to all texts: a column of zeros at the edge
        hollow = run["kind"] == "baseline"
        axes.plot(
            values, places + shift, marker(i), markersize=6, label=short(run["run"]), alpha=0.9,
            markerfacecolor="white" if hollow else colour(i), markeredgecolor=colour(i),
            clip_on=False, zorder=3 if hollow else 4,
        )  # fmt: skip
    axes.set_yticks(places, [short(row["label"]) for row in rows])
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.set_xlim(0, 1)
    axes.set_xlabel("F1 (baselines are hollow)")
    faint_grid(axes)
    figure.legend(loc="outside upper center", ncols=3, frameon=False)
    return figure


def draw_confusion(report: Report, run: str) -> Figure:
    """What is answered to the texts of each class, in percent."""
    names = [short(name) for name in report["data"]["label_names"]]
    counts = np.asarray(report["confusion_matrices"][run], dtype=float)
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    side = max(5.0, 1.8 + 0.2 * len(names))
    figure = Figure(figsize=(side + 0.5, side), layout="constrained")
    axes = figure.add_subplot()
    image = axes.imshow(shares, cmap="Blues", vmin=0, vmax=1, interpolation="nearest")
    for row, column in np.argwhere(shares >= _SHOWN_SHARE):
        share = shares[row, column]
        axes.text(
            column, row, f"{100 * share:.0f}", ha="center", va="center", fontsize=6.5,
            color="white" if share > 0.5 else INK,
        )  # fmt: skip
    places = np.arange(len(names))
    axes.set_xticks(places, names, rotation=90, fontsize=8.5)
    axes.set_yticks(places, names, fontsize=8.5)
    axes.set_xticks(places[1:] - 0.5, minor=True)
    axes.set_yticks(places[1:] - 0.5, minor=True)
    axes.grid(which="minor", color=FAINT, linewidth=0.3)
    axes.tick_params(length=0, which="both")
    axes.spines[:].set_visible(True)
    axes.set_xlabel("answer")
    axes.set_ylabel("truth")
    axes.set_title(short(run))
    bar = figure.colorbar(image, ax=axes, shrink=0.5, aspect=30, pad=0.02, format="{x:.0%}")
    bar.outline.set_visible(False)
    return figure


def draw_reliability(report: Report) -> Figure:
    """Accuracy against confidence for each run, with the number of texts below."""
    runs = report["runs"]
    columns = min(2, len(runs))
    lines = -(-len(runs) // columns)
    width, height = 3.7 * columns, 0.4 + 3.5 * lines  # inches, as all that follows
    figure = Figure(figsize=(width, height))

    def add(left: float, top: float, tall: float) -> Axes:
        place = (left / width, 1 - (top + tall) / height, 2.95 / width, tall / height)
        return figure.add_axes(place, xlim=(0, 1))

    for i, run in enumerate(runs):
        left, top = 0.65 + 3.7 * (i % columns), 0.85 + 3.5 * (i // columns)
        bins = report["calibration"][run["run"]]
        upper, lower = add(left, top, 1.75), add(left, top + 1.9, 0.5)
        upper.tick_params(labelbottom=False)
        _draw_bins(upper, bins)
        upper.set_title(f"{short(run['run'])}\nerror {run['ece']:.3f}", loc="left")
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
