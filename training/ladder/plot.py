"""The ladder as a table and as a picture: one line a rung, each seed a point."""

from pathlib import Path
from typing import Any

from matplotlib.figure import Figure

from training.ladder.climb import Rung, recipes_of
from training.ladder.record import runs_of, summarize
from training.report.style import INK, colour, faint_grid, plot_style
from training.report.words import listed, markdown_table


def rows_of(record: dict[str, Any], rungs: list[Rung]) -> list[tuple[Rung, dict[str, Any]]]:
    """The rungs that were climbed, in the order of the ladder: ``runs`` by the recipe that each has
    now, and their ``summarize``.
    """
    found = [(rung, runs_of(record, rung.name, recipes_of(rung))) for rung in rungs]
    return [(rung, {"runs": runs, **summarize(runs)}) for rung, runs in found if runs]


def table(record: dict[str, Any], rungs: list[Rung]) -> str:
    """A Markdown table: what changed, validation macro-F1 (mean ± sd), gain, minutes.

    Minutes are those of the CPU where no GPU is named.
    """
    head = ["rung", "what changed", "seeds", "validation macro-F1", "gain", "accuracy", "minutes"]
    lines = []
    rows = rows_of(record, rungs)
    by_name = {rung.name: row for rung, row in rows}
    for rung, row in rows:
        spread = f" ± {row['sd_macro_f1']:.4f}" if row["sd_macro_f1"] is not None else ""
        below = by_name.get(rung.above or "")
        lines.append(
            [
                rung.name,
                rung.what,
                str(row["seeds"]),
                f"{row['mean_macro_f1']:.4f}{spread}",
                f"{row['mean_macro_f1'] - below['mean_macro_f1']:+.4f}" if below else "",
                f"{row['mean_accuracy']:.4f}",
                f"{row['mean_seconds'] / 60:.0f}{_places(row['runs'])}",
            ]
        )
    return markdown_table(head, lines)


def _places(runs: list[dict[str, Any]]) -> str:
    gpus = sorted({run["device"] for run in runs if run.get("device", "cpu") not in (None, "cpu")})
    return f" on {listed(gpus)}" if gpus else ""


def write_plot(record: dict[str, Any], rungs: list[Rung], path: Path) -> Path:
    """Write the picture as SVG."""
    rows = rows_of(record, rungs)
    with plot_style():
        figure = Figure(figsize=(7, 0.9 + 0.5 * len(rows)), layout="constrained")
        axes = figure.subplots()
        for place, (_, row) in enumerate(rows):
            scores = [run["validation_macro_f1"] for run in row["runs"]]
            axes.plot(scores, [place] * len(scores), "o", color=colour(0), alpha=0.5)
            axes.plot(row["mean_macro_f1"], place, "|", color=INK, markersize=18)
        axes.set_yticks(range(len(rows)), [rung.name for rung, _ in rows])
        axes.set_ylim(len(rows) - 0.5, -0.5)  # the first on top, no bar cut off
        axes.set_xlabel("macro-F1 on validation; a point a seed, a bar their mean")
        faint_grid(axes)
        figure.savefig(path, metadata={"Date": None})
    return path
