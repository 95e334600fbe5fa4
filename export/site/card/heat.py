"""The confusion matrix as a picture: a row a class, shaded by the share of its texts."""

from collections.abc import Sequence
from itertools import pairwise

from markupsafe import Markup

from export.site.card.figures import short_name
from export.site.card.svg import picture, tag, text, wide

# A cell is shaded by the highest of these shares that it reaches; below the first it is faint.
STEPS = (0.02, 0.05, 0.1, 0.2, 0.35, 0.5, 0.7)
_CELL = 22.0
_MANY = 40  # labels from here on are named at all four sides, since nobody sees two at a time
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
    after = margin + side if len(order) >= _MANY else None
    for row, truth in enumerate(order):
        counts = matrix[places[truth]]
        parts += _names(truth, row, margin, after)
        for column, answer in enumerate(order):
            if count := counts[places[answer]]:
                share, told = count / sum(counts), f"{truth} → {answer}: {count} of {sum(counts)}"
                x, y = margin + column * _CELL, margin + row * _CELL
                parts += _shown(x, y, share, told)
    parts += _frames(groups, margin)
    whole = margin + side + (2 if after is None else margin)
    return picture(whole, whole, says, parts, "heat")


def _names(label: str, place: int, margin: float, after: float | None) -> list[Markup]:
    """A name before its row and above its column; behind and below them, too, if ``after`` is the
    place where they end.
    """
    middle, words = margin + (place + 0.5) * _CELL, short_name(label)
    parts = [text(words, margin - 6, middle, "end"), _turned(words, middle, margin - 6, "start")]
    if after is not None:
        parts += [text(words, after + 6, middle), _turned(words, middle, after + 6, "end")]
    return parts


def _turned(words: str, x: float, y: float, anchor: str) -> Markup:
    return text(words, x, y, anchor, transform=f"rotate(-90 {x:g} {y:g})")


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
