"""The candidates as a table and as a picture: what each is worth, and what it costs."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from export.bench.contenders import PEER
from export.choice.rule import Rule, validation_score
from training.report.style import FAINT, INK, colour, faint_grid, plot_style
from training.report.words import markdown_table

Cost = Callable[[dict[str, Any]], float]

_COSTS: dict[str, Cost] = {
    "a text in Chromium on one thread, p50 ms": lambda row: row["p50_ms"]["median"],
    "compressed model, MB": lambda row: row["compressed_bytes"] / 1e6,
}


def table(record: dict[str, Any]) -> str:
    """A Markdown table, a candidate a line, the chosen one bold; the peer; how it was measured."""
    head = ["run", "layers", "model, MB", "first visit, MB", "a text, p50 ms", "of the peer's"]
    head += ["macro-F1, validation", "test", "accuracy, validation", "test", "same label"]
    rows = []
    for name, row in record["candidates"].items():
        validation, test = row["quality"]["validation"], row["quality"]["test"]
        rows.append(
            [
                f"**{name}**" if name == record["chosen"] else name,
                str(row["layers"]),
                f"{row['compressed_bytes'] / 1e6:.1f}",
                f"{row['first_visit_bytes'] / 1e6:.1f}",
                f"{row['p50_ms']['median']:.1f}",
                f"{row['p50_of_peer']:.2f}×",
                f"{validation['macro_f1']:.4f}",
                f"{test['macro_f1']:.4f}",
                f"{validation['accuracy']:.4f}",
                f"{test['accuracy']:.4f}",
                f"{test['agreement']:.1%}",
            ]
        )
    peer = record["peer"]
    costs = [f"{peer['first_visit_bytes'] / 1e6:.1f}", f"{peer['p50_ms']['median']:.1f}"]
    rows.append([f"*peer, {peer['run']}*", "", "", *costs, *[""] * (len(head) - 5)])
    return f"{markdown_table(head, rows)}\n\n{_footnote(record)}"


def _footnote(record: dict[str, Any]) -> str:
    version = record["web_versions"][PEER]
    return (
        f"Scores are of the shipped int8 file, text by text; *same label* as PyTorch, on test. "
        f"Times: medians of {record['repeats']} runs, {record['n']} {record['split']} texts, all "
        f"pages in turn. {record['browser']}, {record['machine']['processor']}, "
        f"{record['machine']['cores']} cores. The peer is {PEER} {version} with onnxruntime's "
        f"dynamic int8 (q8) of {record['peer']['run']}."
    )


def front(costs: dict[str, float], scores: dict[str, float]) -> list[str]:
    """Names that no other beats in both cost and score, the cheapest first."""
    kept: list[str] = []
    for name in sorted(costs, key=lambda name: (costs[name], -scores[name])):
        if not kept or scores[name] > scores[kept[-1]]:
            kept.append(name)
    return kept


def write_plot(record: dict[str, Any], path: Path) -> Path:
    """Write the picture as SVG: macro-F1 on validation against milliseconds and against MB."""
    rule = Rule(**record["rule"])
    rows = record["candidates"]
    scores = {name: validation_score(row) for name, row in rows.items()}
    with plot_style():
        figure = Figure(figsize=(9, 4), layout="constrained")
        panels = figure.subplots(1, len(_COSTS), sharey=True)
        for axes, (label, cost) in zip(panels, _COSTS.items(), strict=True):
            costs = {name: cost(row) for name, row in rows.items()}
            _draw(axes, costs, scores, record["chosen"])
            axes.axhline(max(scores.values()) - rule.within, color=INK, linewidth=0.8, ls="--")
            axes.set_xlabel(label)
        panels[0].set_ylabel("int8 macro-F1 on validation")
        panels[0].axvline(record["peer"]["p50_ms"]["median"], color=colour(2), linewidth=1, ls=":")
        note = f"dashed: {rule.within:g} below the best; dotted: transformers.js with q8"
        panels[0].set_title(note, loc="left", fontsize=8, fontweight="normal")
        figure.savefig(path, metadata={"Date": None})
    return path


def _draw(axes: Axes, costs: dict[str, float], scores: dict[str, float], chosen: str) -> None:
    line = [(costs[name], scores[name]) for name in front(costs, scores)]
    axes.plot(*zip(*line, strict=True), color=FAINT, drawstyle="steps-post")
    for name, cost in costs.items():
        marked = name == chosen
        axes.plot(
            cost, scores[name], "o", color=colour(1 if marked else 0), markersize=8 if marked else 5
        )
        axes.annotate(
            name, (cost, scores[name]), xytext=(0, 8), textcoords="offset points", fontsize=8,
            ha="center", fontweight="bold" if marked else "normal",
        )  # fmt: skip
    axes.margins(0.25)
    faint_grid(axes)
