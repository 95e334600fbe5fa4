"""The pictures of a card, each a function of numbers alone."""

from collections.abc import Sequence
from typing import Any

from markupsafe import Markup

from export.site.card.svg import MINUS, line, picture, tag, text, wide

_ROW = 24
_AXIS = 26
_PLOT = 360  # units from one end of an axis to the other
_MOST_LETTERS = 30


def short_name(name: str) -> str:
    """A name as a figure has room for it."""
    return name if len(name) <= _MOST_LETTERS else f"{name[: _MOST_LETTERS - 1]}…"


def share_bar(share: float) -> Markup:
    """A bar for a cell of a table that says the number itself."""
    bar = tag("rect", x=0, y=0, width=round(60 * share, 2), height=8, class_="fill")
    ground = tag("rect", x=0, y=0, width=60, height=8, class_="ground")
    size = {"viewBox": "0 0 60 8", "width": "3.75rem", "height": "0.5rem"}
    return tag("svg", ground, bar, **size, aria_hidden="true", class_="bar-of-share")


def score_plot(rows: Sequence[dict[str, Any]], says: str) -> Markup:
    """Scores with their intervals, a row each, on an axis that begins at nothing.

    Args:
        rows: ``name``, ``score``, ``interval`` (two numbers, or None) and ``kind``, a class.
    """
    top = max(max(row["interval"] or [row["score"]]) for row in rows)
    step = 0.2 if top > 0.5 else 0.1
    ticks = [step * i for i in range(int(min(top, 0.999) / step) + 2)]
    scale = _PLOT / ticks[-1]
    left = wide(short_name(row["name"]) for row in rows) + 12
    bottom = _ROW * len(rows) + 4
    parts = []
    for tick in ticks:
        x = left + tick * scale
        parts += [line(x, 0, x, bottom, "grid"), text(f"{tick:.1f}", x, bottom + 12, "middle")]
    for place, row in enumerate(rows):
        y = _ROW * (place + 0.5) + 2
        parts.append(_whisker(row, left, scale, 0.0, y))
    return picture(left + _PLOT + 16, bottom + _AXIS, says, parts, "scores")


def difference_plot(rows: Sequence[dict[str, Any]], limit: float, says: str) -> Markup:
    """Differences with their intervals around nothing, and the largest loss that is allowed.

    Args:
        rows: as for ``score_plot``.
        limit: a positive number.
    """
    ends = [abs(end) for row in rows for end in row["interval"] or [row["score"]]]
    reach = max(1.15 * max(limit, *ends), 1e-6)
    scale, left = _PLOT / (2 * reach), wide(short_name(row["name"]) for row in rows) + 12
    bottom = _ROW * len(rows) + 4
    parts = [line(left, bottom, left + _PLOT, bottom, "grid")]
    for value, class_ in ((-limit, "limit"), (0.0, "zero")):
        x = left + (value + reach) * scale
        words = f"{value:+.3f}".replace("-", MINUS) if value else "0"
        parts += [line(x, 0, x, bottom, class_), text(words, x, bottom + 12, "middle")]
    for place, row in enumerate(rows):
        y = _ROW * (place + 0.5) + 2
        parts.append(_whisker(row, left, scale, -reach, y))
    return picture(left + _PLOT + 16, bottom + _AXIS, says, parts, "differences")


def _whisker(row: dict[str, Any], left: float, scale: float, origin: float, y: float) -> Markup:
    at = [left + (value - origin) * scale for value in (row["score"], *(row["interval"] or ()))]
    parts = [text(short_name(row["name"]), left - 10, y, "end")]
    if row["interval"]:
        parts.append(line(at[1], y, at[2], y, "interval"))
    parts.append(tag("circle", cx=at[0], cy=y, r=4.5, class_="point"))
    return tag("g", *parts, class_=row["kind"])


def reliability(bins: Sequence[dict[str, Any]], unsure_below: float | None, says: str) -> Markup:
    """How often answers are right against how probable they were said to be; texts below.

    Args:
        bins: those that hold a text, with ``texts``, mean ``confidence`` and ``accuracy``.
    """
    left, top, side, tall = 44.0, 8.0, 300.0, 56.0
    low = top + side + 16 + tall  # the floor of the counts
    x = lambda value: left + value * side  # noqa: E731
    y = lambda value: top + (1 - value) * side  # noqa: E731
    parts = []
    for tick in (0.0, 0.25, 0.5, 0.75, 1.0):
        parts += [
            line(x(tick), top, x(tick), low, "grid"),
            line(left, y(tick), x(1), y(tick), "grid"),
        ]
        parts += [text(f"{tick:.0%}", x(tick), low + 12, "middle")]
        parts += [text(f"{tick:.0%}", left - 6, y(tick), "end")]
    parts.append(line(x(0), y(0), x(1), y(1), "honest"))
    if unsure_below is not None:
        parts.append(line(x(unsure_below), top, x(unsure_below), low, "limit"))
    most = max(row["texts"] for row in bins)
    for row in bins:
        at, height = x(row["confidence"]), tall * row["texts"] / most
        parts.append(line(at, y(row["confidence"]), at, y(row["accuracy"]), "gap"))
        parts.append(tag("rect", x=at - 7, y=low - height, width=14, height=height, class_="fill"))
    parts += [
        tag("circle", cx=x(row["confidence"]), cy=y(row["accuracy"]), r=4.5, class_="point")
        for row in bins
    ]
    parts.append(text("texts", left - 6, low - tall / 2, "end"))
    return picture(x(1) + 16, low + _AXIS, says, parts, "reliability")
