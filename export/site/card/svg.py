"""SVG as markup: elements, a canvas of one, and its size in units that follow the reader's text.

Colours come from the style sheet by class, since the page's policy allows no style attribute.
"""

from collections.abc import Iterable

from markupsafe import Markup, escape

MINUS = "\N{MINUS SIGN}"
UNITS_IN_REM = 16  # drawn as if a letter of the page's text were sixteen units high
LETTER = 7.6  # units that a letter of a figure is wide, on average, where fonts are wide


def tag(name: str, *children: object, **attributes: object) -> Markup:
    """An element; a trailing underscore of an attribute's name is dropped, another is a hyphen."""
    written = Markup("").join(
        Markup(' {}="{}"').format(key.rstrip("_").replace("_", "-"), _short(value))
        for key, value in attributes.items()
    )
    inside = Markup("").join(escape(child) for child in children)
    return Markup("<{}{}>{}</{}>").format(Markup(name), written, inside, Markup(name))


def text(words: object, x: float, y: float, anchor: str = "start", **more: object) -> Markup:
    """Words at a place; their middle is at the height ``y``."""
    place = {"x": x, "y": y, "text_anchor": anchor, "dominant_baseline": "central"}
    return tag("text", words, **place, **more)


def line(x1: float, y1: float, x2: float, y2: float, class_: str) -> Markup:
    """A straight line."""
    return tag("line", x1=x1, y1=y1, x2=x2, y2=y2, class_=class_)


def picture(
    width: float, height: float, says: str, parts: Iterable[Markup], class_: str = ""
) -> Markup:
    """A whole picture, with what it says for those who do not see it.

    Args:
        width, height: in units.
        says: one or two sentences; the table beside it has the numbers.
    """
    return tag(
        "svg",
        *parts,
        viewBox=f"0 0 {_short(width)} {_short(height)}",
        width=f"{_short(width / UNITS_IN_REM)}rem",
        height=f"{_short(height / UNITS_IN_REM)}rem",
        role="img",
        aria_label=says,
        class_=f"figure {class_}".rstrip(),
    )


def wide(names: Iterable[str]) -> float:
    """Units that the widest of some names takes."""
    return LETTER * max((len(name) for name in names), default=0)


def _short(value: object) -> object:
    """Numbers with as few digits as a screen can show."""
    return f"{value:.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else value
