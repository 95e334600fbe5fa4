"""Macro-F1 against what a model costs, each point with its name beside it."""

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator
from matplotlib.transforms import Bbox

from training.report.rank import Report, Row, measured_together
from training.report.style import INK, colour, faint_grid, marker
from training.report.words import short

_PANELS = (
    ("int8_bytes", 1e6, "size as int8, MB"),
    ("onnx_int8_ms", 1, "latency of int8, ms a text (onnxruntime, one thread, median)"),
)
# Where the name of a point may stand, in points from it: the first place that is free is taken.
_OFFSETS = (
    (9, 4, "left"), (-9, 4, "right"), (9, -13, "left"), (-9, -13, "right"),
    (9, 20, "left"), (-9, 20, "right"), (9, -29, "left"), (-9, -29, "right"),
    (28, 4, "left"), (28, -13, "left"), (28, 20, "left"), (28, -29, "left"),
)  # fmt: skip
_FAR = 28  # from here on a line leads from the name to its point


def has_cost(report: Report) -> bool:
    """Whether any run has a cost to plot."""
    return any(_measured(report, key) for key, _, _ in _PANELS)


def draw_quality_against_cost(report: Report) -> Figure:
    """A panel for the size and one for the latency, as far as they are on record."""
    panels = [panel for panel in _PANELS if _measured(report, panel[0])]
    figure = Figure(figsize=(7, 0.4 + 3.8 * len(panels)), layout="constrained")
    axes_of = figure.subplots(len(panels), 1, squeeze=False)[:, 0]
    for axes, (key, unit, label) in zip(axes_of, panels, strict=True):
        _draw_points(axes, report, key, unit)
        axes.set_xlabel(label)
        axes.set_ylabel("macro-F1")
        rows = _measured(report, key)
        if key == "int8_bytes":
            _draw_limit(axes, report["conclusion"]["browser_limit_bytes"])
        _draw_baselines(axes, report, min(row["macro_f1_ci95"][0] for row in rows))
        _scale_log(axes, [row[key] / unit for row in rows])
    figure.draw_without_rendering()  # names are placed by what is where
    for axes, (key, unit, _) in zip(axes_of, panels, strict=True):
        _write_names(axes, [(r[key] / unit, r["macro_f1"], r) for r in _measured(report, key)])
    return figure


def _measured(report: Report, key: str) -> list[Row]:
    """Rows with a value that can stand beside the others: latencies only if of one measurement."""
    rows = [row for row in report["runs"] if row[key] is not None]
    return rows if not key.endswith("_ms") or measured_together(rows) else []


def _draw_points(axes: Axes, report: Report, key: str, unit: float) -> None:
    for i, row in enumerate(report["runs"]):
        if row[key] is None:
            continue
        x, y, (low, high) = row[key] / unit, row["macro_f1"], row["macro_f1_ci95"]
        axes.errorbar(
            x, y, yerr=[[max(0, y - low)], [max(0, high - y)]], fmt=marker(i), markersize=8,
            color=colour(i), capsize=3, elinewidth=1.4,
        )  # fmt: skip
    faint_grid(axes)


def _draw_baselines(axes: Axes, report: Report, lowest: float) -> None:
    """Baselines as lines, where they are near enough not to squeeze the points together."""
    for row in report["runs"]:
        if row["kind"] == "baseline" and row["macro_f1"] > lowest - 0.15:
            axes.axhline(row["macro_f1"], color=INK, linewidth=1, linestyle="--")
            axes.annotate(
                short(row["run"]), (1, row["macro_f1"]), xycoords=("axes fraction", "data"),
                xytext=(0, 4), textcoords="offset points", ha="right", fontsize=9,
            )  # fmt: skip


def _draw_limit(axes: Axes, limit: int) -> None:
    """The largest file that a static host takes, in the panel of sizes."""
    axes.axvline(limit / 1e6, color=INK, linewidth=1, linestyle=":")
    axes.annotate(
        f"{limit / 2**20:.0f} MiB", (limit / 1e6, 1), xycoords=("data", "axes fraction"),
        xytext=(4, -9), textcoords="offset points", fontsize=9,
    )  # fmt: skip


def _scale_log(axes: Axes, values: Sequence[float]) -> None:
    axes.set_xscale("log")
    # Room on both sides for the names.
    axes.set_xlim(min(values) / 1.8, max(values) * 1.8)
    axes.xaxis.set_major_locator(LogLocator(10, subs=(1, 2, 3, 5)))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))


def _write_names(axes: Axes, points: Sequence[tuple[float, float, Row]]) -> None:
    taken = [artist.get_window_extent().padded(2) for artist in (*axes.texts, *axes.lines)]
    for x, _, row in points:
        bar = axes.transData.transform([(x, bound) for bound in row["macro_f1_ci95"]])
        taken.append(Bbox(bar).padded(4))
    for x, y, row in points:
        for dx, dy, side in _OFFSETS:
            line = {"arrowstyle": "-", "color": INK, "linewidth": 0.6} if dx >= _FAR else None
            text = axes.annotate(
                short(row["run"]), (x, y), xytext=(dx, dy), textcoords="offset points", ha=side,
                arrowprops=line,
            )  # fmt: skip
            text.get_window_extent()  # puts it in its place, and speaks of the line as well
            place = Text.get_window_extent(text)
            if _is_free(place, taken, axes.get_window_extent()) or (dx, dy, side) == _OFFSETS[-1]:
                taken.append(place)
                break
            text.remove()


def _is_free(place: Bbox, taken: Sequence[Bbox], panel: Bbox) -> bool:
    inside = panel.x0 <= place.x0 and place.x1 <= panel.x1
    return inside and not any(place.overlaps(other) for other in taken)
