"""How numbers, lists and tables are written."""

from collections.abc import Iterable, Sequence

NOTHING = "–"


def listed(names: Sequence[str]) -> str:
    """ "a", "a and b", "a, b and c"."""
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def verb(names: Sequence[str], one: str, many: str) -> str:
    """The form of a verb that goes with so many names."""
    return one if len(names) == 1 else many


def signed(value: float) -> str:
    """+0.012; never a negative zero."""
    return f"{round(value, 4) + 0.0:+.4f}"


def bounds(interval: Sequence[float], plus: bool = True) -> str:
    """A 95 % interval; with signs where it is one of differences."""
    low, high = interval
    return f"{signed(low)} … {signed(high)}" if plus else f"{low:.3f}–{high:.3f}"


def fixed(value: float | None, digits: int = 4, unit: float = 1) -> str:
    """A number in units, to so many digits; a dash where there is none."""
    return NOTHING if value is None else f"{value / unit:,.{digits}f}"


def percent(value: float) -> str:
    """12.3 %."""
    return f"{value:.1%}"


def p_value(value: float) -> str:
    """A p value, as far down as 2,000 resamples can tell."""
    return "< 0.001" if value < 0.001 else f"{value:.3f}"


def short(name: str, most: int = 24) -> str:
    """A name on one line, cut where it would push a plot aside."""
    text = " ".join(name.split())
    return text if len(text) <= most else f"{text[: most - 1]}…"


def markdown_table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table; a bar in a cell would end it, so cells must have none."""
    first, *others = (f"| {' | '.join(cells)} |" for cells in (head, *rows))
    return "\n".join([first, "|---" * len(head) + "|", *others])


def aligned(rows: Sequence[Sequence[str]]) -> str:
    """A table for the terminal: the first column to the left, all others to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join([row[0].ljust(widths[0]), *map(str.rjust, row[1:], widths[1:])]) for row in rows
    )
