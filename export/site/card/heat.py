"""The confusion matrix as a picture: a row a class, shaded by the share of its texts."""

from collections.abc import Sequence
from itertools import pairwise

from markupsafe import Markup

from export.site.card.figures import short_name
from export.site.card.svg import picture, tag, text, wide

# A cell is shaded by the highest of these shares that it reaches; below the first it is faint.
STEPS = (0.02, 0.05, 0.1, 0.2, 0.35, 0.5, 0.7)
_CELL = 22.0
_NUMBERED = 0.1  # cells from here on carry their percentage


def step_of(share: float) -> int:
    """Which shade a share has: 0 for the faintest."""
    return sum(share >= bound for bound in STEPS)


def legend() -> list[tuple[str, Markup]]:
    """Each shade in words, with a cell of it."""
    words = [f"under {STEPS[0]:.0%}"]
    words += [f"{low:.0%}–{high:.0%}" for low, high in pairwise((*STEPS, 1.0))]
    size = {"viewBox": "0 0 16 16", "width": "1rem", "height": "1rem", "aria_hidden": "true"}
    return [
        (word, tag("svg", _cell(0, 0, 16.0, step), **size, class_="heat"))
        for step, word in enumerate(words)
    ]


def heat_map(
    labels: Sequence[str],
    matrix: Sequence[Sequence[int]],
    groups: Sequence[Sequence[str]],
    says: str,
) -> Markup:
    """Every cell that is not empty.

    Args:
        labels: of rows (the truth) and columns (the answer).
        matrix: texts, [truth][answer], in the order of ``labels``.
        groups: labels that belong together and stand side by side; a frame is drawn around them.
    """
    grouped = [label for group in groups for label in group]
    order = [*grouped, *(label for label in labels if label not in grouped)]
    places = {label: place for place, label in enumerate(labels)}
    margin = wide(map(short_name, labels)) + 8
    side = _CELL * len(order)
    parts = [tag("rect", x=margin, y=margin, width=side, height=side, class_="ground")]
    for row, truth in enumerate(order):
        counts = matrix[places[truth]]
        parts += _names(truth, row, margin)
        for column, answer in enumerate(order):
            if count := counts[places[answer]]:
                share, told = count / sum(counts), f"{truth} → {answer}: {count} of {sum(counts)}"
                x, y = margin + column * _CELL, margin + row * _CELL
                parts += _shown(x, y, share, told)
    parts += _frames(groups, margin)
    return picture(margin + side + 2, margin + side + 2, says, parts, "heat")


def _names(label: str, place: int, margin: float) -> list[Markup]:
    middle, words = margin + (place + 0.5) * _CELL, short_name(label)
    turned = f"rotate(-90 {middle:g} {margin - 6:g})"
    return [
        text(words, margin - 6, middle, "end"),
        text(words, middle, margin - 6, transform=turned),
    ]


def _shown(x: float, y: float, share: float, told: str) -> list[Markup]:
    step = step_of(share)
    parts = [_cell(x, y, _CELL, step, tag("title", told))]
    if share >= _NUMBERED:
        middle = {"x": x + _CELL / 2, "y": y + _CELL / 2, "anchor": "middle"}
        parts.append(text(f"{100 * share:.0f}", **middle, class_=f"on-{step}"))
    return parts


def _cell(x: float, y: float, side: float, step: int, *children: Markup) -> Markup:
    size = {"x": x, "y": y, "width": side, "height": side}
    return tag("rect", *children, **size, class_=f"shade-{step}")


def _frames(groups: Sequence[Sequence[str]], margin: float) -> list[Markup]:
    parts, first = [], 0
    for group in groups:
        if len(group) > 1:
            at, side = margin + first * _CELL, len(group) * _CELL
            parts.append(tag("rect", x=at, y=at, width=side, height=side, class_="frame"))
        first += len(group)
    return parts
