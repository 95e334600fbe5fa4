"""What all plots share: colours, type and files that come out the same each time."""

import html
import io
import re
from collections.abc import Iterator
from contextlib import contextmanager

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

# Okabe and Ito: told apart with any kind of colour vision. Yellow, the faintest, comes last.
COLOURS = (
    "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00", "#000000", "#F0E442",
)  # fmt: skip
MARKERS = "osD^vPX*<>"
INK = "#1d2427"
FAINT = "#c4cac6"

_SETTINGS = {
    "svg.hashsalt": "report",
    "svg.fonttype": "path",  # the same picture wherever it is opened
    "font.family": "DejaVu Sans",  # comes with matplotlib
    "font.size": 10,
    "text.parse_math": False,  # a "$" in a label is a dollar
    "axes.edgecolor": FAINT,
    "axes.labelcolor": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlesize": 11,
    "axes.titleweight": "bold",
    "axes.axisbelow": True,
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "figure.facecolor": "white",  # a card of its own also on a dark page
    "savefig.facecolor": "white",
    "savefig.dpi": 150,
}


@contextmanager
def plot_style() -> Iterator[None]:
    """Draw and save inside this; nothing of it stays behind."""
    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(_SETTINGS)
        yield


def colour(place: int) -> str:
    """The colour of the run at this place of the table."""
    return COLOURS[place % len(COLOURS)]


def marker(place: int) -> str:
    """The marker of the run at this place of the table."""
    return MARKERS[place % len(MARKERS)]


def faint_grid(axes: Axes, axis: str = "both") -> None:
    """Lines to read values by, behind everything."""
    axes.grid(visible=True, axis=axis, color=FAINT, linewidth=0.6, alpha=0.7)
    axes.tick_params(length=0)


def settle(figure: Figure) -> None:
    """Lay the figure out now and round what came of it.

    The layout is solved in an order that differs from run to run, and so do its last digits.
    """
    figure.draw_without_rendering()
    figure.set_layout_engine("none")
    for axes in figure.axes:
        axes.set_position([round(edge, 4) for edge in axes.get_position(original=True).bounds])


def to_png(figure: Figure) -> bytes:
    """The figure as PNG, without a trace of when and with what it was made."""
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", metadata={"Software": None})
    return buffer.getvalue()


def to_svg(figure: Figure, name: str, description: str) -> str:
    """The figure as an SVG element that can stand in a page beside others.

    Ids begin with ``name``, since a page may have each id once only; the metadata goes, it names
    remote addresses.
    """
    buffer = io.StringIO()
    figure.savefig(buffer, format="svg", metadata={"Date": None})
    text = buffer.getvalue()
    text = text[text.index("<svg") :]
    text = re.sub(r"<metadata>.*?</metadata>", "", text, count=1, flags=re.DOTALL)
    text = re.sub(r"\bid=\"", f'id="{name}-', text)
    text = re.sub(r"href=\"#", f'href="#{name}-', text)
    text = re.sub(r"url\(#", f"url(#{name}-", text)
    text = re.sub(r"<!--.*?-->", "", text, flags=re.DOTALL)  # a label may hold anything
    text = re.sub(r"[ \t]+$", "", text, flags=re.MULTILINE)
    return text.replace("<svg", f'<svg role="img" aria-label="{html.escape(description)}"', 1)
