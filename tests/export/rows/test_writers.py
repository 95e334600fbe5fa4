"""What is written is read again as the cells that were written."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from export.rows.row import Row, row_of
from export.rows.tables import Table, open_table
from export.rows.writers import Output, copy, write_part
from tests.export.rows.test_tables import CELLS

COLUMNS = ["id", "text"]


def rows_of(cells: list[tuple[str, str]]) -> list[Row]:
    made = (dict(zip(COLUMNS, pair, strict=True)) for pair in cells)
    return [row_of(f"line {line}", pair, "text") for line, pair in enumerate(made, 2)]


@pytest.mark.parametrize("kind", ["csv", "tsv"])
@given(cells=st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=8))
@example(cells=[("a\rb", "\r"), ("\r\n", "c\n"), ('"', "\t,;")])
def test_any_cell_is_read_as_it_was_written(kind: str, cells: list[tuple[str, str]]) -> None:
    output, rows = Output(kind), rows_of(cells)
    table = Table(COLUMNS, iter(rows))
    with tempfile.TemporaryDirectory() as folder:
        part, path = Path(folder) / "part", Path(folder) / f"rows.{kind}"
        write_part(part, output, table, rows, [None] * len(rows))
        with path.open("wb") as file:
            copy([part], file, output, table)
        content = path.read_bytes()
        found = [(row.cells["id"], row.cells["text"]) for row in open_table(str(path), "text").rows]
    assert found == cells
    assert content.startswith(b"id") and content.endswith(b"\n")
    assert content.count(b"\r") == "".join(map("".join, cells)).count("\r")
