"""The plots of a report, each a function of the computed dict alone."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
from matplotlib.figure import Figure

from training.report.cost_plot import draw_quality_against_cost, has_cost
from training.report.insights import Report, encoders
from training.report.reliability_plot import Panel, draw_reliability
from training.report.style import FAINT, INK, colour, faint_grid, marker
from training.report.words import short

_SHOWN_SHARE = 0.1  # cells of a confusion matrix from here on carry their number


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
            partial(draw_reliability, _as_trained(report)),
        ),
    ]
    if report["calibrated"]:
        plots.append(
            Plot(
                "reliability_int8",
                "Confidence and accuracy as shipped",
                "The same of the int8 files, at the temperature that was fitted on validation: "
                "h is the entropy of a text's answer as a share of the largest there is.",
                partial(draw_reliability, _as_shipped(report)),
            )
        )
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


def _as_trained(report: Report) -> list[Panel]:
    return [
        (f"{short(run['run'])}\nerror {run['ece']:.3f}", report["calibration"][run["run"]])
        for run in report["runs"]
    ]


def _as_shipped(report: Report) -> list[Panel]:
    return [
        (
            f"{short(run)}, T {bins['temperature']:.2f} · h^{bins['temperature_slope']:.2f}\n"
            f"error {bins['ece']['before']:.3f} → {bins['ece']['after']:.3f}",
            bins,
        )
        for run, bins in report["calibrated"].items()
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
