"""One row of a table: its cells, the text in it, or why there is none."""

from dataclasses import dataclass
from typing import Any

LONGEST = 1_000_000  # characters of a text; the model reads some hundreds
Cells = dict[str, Any]


@dataclass(frozen=True)
class Row:
    """One row and where it stands ("line 7"); ``problem`` says why it has no text to classify."""

    where: str
    cells: Cells
    text: str = ""
    problem: str = ""


def row_of(where: str, cells: Cells, column: str) -> Row:
    """The row with its text, or with the problem that keeps it from being classified."""
    problem, text = "", cells.get(column)
    if column not in cells:
        problem = f"no column '{column}'"
    elif not isinstance(text, str):
        problem = f"a {type(text).__name__} and no text"
    elif any("\udc80" <= character <= "\udcff" for character in text):
        problem = "bytes that are no UTF-8"
    elif "\0" in text:
        problem = "a NUL character"
    elif len(text) > LONGEST:
        problem = f"a text of more than {LONGEST:,} characters"
    elif not text.strip():
        problem = "an empty text"
    return Row(where, cells, "" if problem else str(text), problem)
