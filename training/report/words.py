"""How numbers and lists are written in sentences and tables."""

from collections.abc import Sequence

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
