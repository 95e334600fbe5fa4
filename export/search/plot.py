"""Pictures of a search: what each scheme weighs and costs, and which nodes bear rounding least."""

import re
from pathlib import Path
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from export.search.nodes import ALONE, SPARED
from training.report.style import FAINT, colour, faint_grid, plot_style

_TICKS = (0.005, 0.01, 0.02, 0.03, 0.05, 0.1, 0.2, 0.5)
_LAYER = re.compile(r"layer\.(\d+)/(.+?)/MatMul")


def front(rows: dict[str, dict[str, Any]]) -> list[str]:
    """Names of the schemes that no other beats in both size and distance, lightest first."""
    kept: list[str] = []
    for name in sorted(rows, key=lambda name: (rows[name]["gzip_bytes"], rows[name]["logit_rms"])):
        if not kept or rows[name]["logit_rms"] < rows[kept[-1]]["logit_rms"]:
            kept.append(name)
    return kept


def write_front(record: dict[str, Any], best: str | None, path: Path) -> Path:
    """Compressed size against distance, a scheme a point with its name; the front as a line."""
    rows = record["candidates"]
    with plot_style():
        figure = Figure(figsize=(8.5, 5), layout="constrained")
        axes = figure.subplots()
        line = [(rows[name]["gzip_bytes"] / 1e6, rows[name]["logit_rms"]) for name in front(rows)]
        axes.plot(*zip(*line, strict=True), color=FAINT, drawstyle="steps-post")
        for name, row in rows.items():
            chosen = name == best
            axes.plot(
                row["gzip_bytes"] / 1e6, row["logit_rms"], "o",
                color=colour(1 if chosen else 0), markersize=8 if chosen else 5,
            )  # fmt: skip
        axes.set_yscale("log")
        ticks = [
            tick
            for tick in _TICKS
            if line[-1][1] / 2 < tick < 2 * max(row["logit_rms"] for row in rows.values())
        ]
        axes.set_yticks(ticks, [f"{tick:g}" for tick in ticks])
        axes.set_yticks([], minor=True)
        axes.set_xlabel("compressed size, MB")
        axes.set_ylabel("distance from 32-bit logits (rms)")
        faint_grid(axes)
        _name_points(axes, rows, best)
        figure.savefig(path, metadata={"Date": None})
    return path


def _name_points(axes: Axes, rows: dict[str, dict[str, Any]], best: str | None) -> None:
    """Names in a column of their own, from each a line to its point: many points lie close."""
    names = sorted(rows, key=lambda name: -rows[name]["logit_rms"])
    for place, name in enumerate(names):
        axes.annotate(
            name, (rows[name]["gzip_bytes"] / 1e6, rows[name]["logit_rms"]),
            xytext=(1.03, 1 - (place + 0.5) / len(names)), textcoords="axes fraction",
            fontsize=8, va="center", fontweight="bold" if name == best else "normal",
            arrowprops={"arrowstyle": "-", "color": FAINT, "linewidth": 0.6},
        )  # fmt: skip


def write_sensitivity(record: dict[str, Any], path: Path) -> Path:
    """Each node in two ways: the distance that it makes alone, and that of all the others."""
    rows = record.get("nodes", {})
    names = sorted(rows, key=lambda name: -rows[name][ALONE]["logit_rms"])
    with plot_style():
        figure = Figure(figsize=(7.5, 1 + 0.17 * len(names)), layout="constrained")
        axes = figure.subplots()
        for place, (kind, text) in enumerate(
            ((ALONE, "this node alone in eight bits"), (SPARED, "all nodes but this one"))
        ):
            values = [rows[name][kind]["logit_rms"] for name in names]
            axes.plot(values, range(len(names)), "os"[place], color=colour(place), label=text)
        axes.set_yticks(range(len(names)), [short_name(name) for name in names], fontsize=7)
        axes.invert_yaxis()
        axes.set_xlabel("distance from 32-bit logits on validation (rms)")
        axes.legend(frameon=False, fontsize=8, loc="center", bbox_to_anchor=(0.65, 0.5))
        faint_grid(axes)
        figure.savefig(path, metadata={"Date": None})
    return path


def short_name(node: str) -> str:
    """``layer 3, output/dense`` for a node's long name."""
    found = _LAYER.search(node)
    return f"layer {found[1]}, {found[2]}" if found else node.strip("/").rpartition("/")[0]
