"""Pictures of a search: what each recipe weighs and costs, and which nodes bear rounding least."""

import re
from pathlib import Path
from typing import Any

from matplotlib.figure import Figure

from export.sensitivity import ALONE, SPARED
from training.report.style import FAINT, INK, colour, faint_grid, plot_style

_LAYER = re.compile(r"layer\.(\d+)/(.+?)/MatMul")


def front(rows: dict[str, dict[str, Any]]) -> list[str]:
    """Names of the recipes that no other beats in both size and distance, lightest first."""
    kept: list[str] = []
    for name in sorted(rows, key=lambda name: (rows[name]["gzip_bytes"], rows[name]["logit_rms"])):
        if not kept or rows[name]["logit_rms"] < rows[kept[-1]]["logit_rms"]:
            kept.append(name)
    return kept


def write_front(record: dict[str, Any], best: str | None, path: Path) -> Path:
    """Compressed size against distance, a recipe a point; the front as a line."""
    rows = record["candidates"]
    with plot_style():
        figure = Figure(figsize=(7.5, 4.5), layout="constrained")
        axes = figure.subplots()
        line = [(rows[name]["gzip_bytes"] / 1e6, rows[name]["logit_rms"]) for name in front(rows)]
        axes.plot(*zip(*line, strict=True), color=FAINT, drawstyle="steps-post")
        for name, row in rows.items():
            x, y, chosen = row["gzip_bytes"] / 1e6, row["logit_rms"], name == best
            axes.plot(x, y, "o", color=colour(1 if chosen else 0), markersize=8 if chosen else 5)
            axes.annotate(
                f" {name}", (x, y), fontsize=7, va="center", color=INK,
                fontweight="bold" if chosen else "normal",
            )  # fmt: skip
        axes.set_yscale("log")
        axes.margins(x=0.18)
        axes.set_xlabel("compressed size, MB")
        axes.set_ylabel("distance from 32-bit logits (rms)")
        faint_grid(axes)
        figure.savefig(path, metadata={"Date": None})
    return path


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
        axes.legend(frameon=False, fontsize=8)
        faint_grid(axes)
        figure.savefig(path, metadata={"Date": None})
    return path


def short_name(node: str) -> str:
    """``layer 3, output/dense`` for a node's long name."""
    found = _LAYER.search(node)
    return f"layer {found[1]}, {found[2]}" if found else node.strip("/").removesuffix("/MatMul")
