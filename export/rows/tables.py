"""Rows of a table of any length, as they come: CSV, TSV, JSON Lines or Parquet."""

import csv
import gzip
import io
import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from export.rows.places import is_remote, open_remote
from export.rows.row import Cells, Row, row_of
from training.run.errors import InputError, one_line

STANDARD = "-"
FORMATS = ("csv", "tsv", "jsonl", "parquet")
_DELIMITERS = {"csv": ",", "tsv": "\t"}
_SEPARATORS = (";", "\t", "|")  # that a file called .csv may have as well


@dataclass(frozen=True)
class Table:
    """An open table: its columns, and its rows, to be read once.

    Attributes:
        columns: those that every row has, in order; in JSON Lines those of the first.
        schema: of Parquet, so that types come out as they went in.
        about: how many rows there are, roughly, where it can be told at once.
    """

    columns: list[str]
    rows: Iterator[Row]
    schema: pa.Schema | None = None
    about: int | None = None


def format_of(path: str, wanted: str | None = None) -> str:
    """csv, tsv, jsonl or parquet, by ``wanted`` or by the name, with or without .gz.

    Raises:
        InputError: neither says.
    """
    found = kind_of(f".{wanted}" if wanted else path)
    if found is None:
        raise InputError(
            f"{path}: no kind of table by its name; add --format ({'|'.join(FORMATS)})"
        )
    return found


def kind_of(name: str) -> str | None:
    """The kind of table that a name ends in, with or without .gz; None for any other."""
    ending = name.lower().removesuffix(".gz").rpartition(".")[2]
    found = "jsonl" if ending == "ndjson" else ending
    return found if found in FORMATS else None


def open_table(path: str, column: str | None, kind: str | None = None) -> Table:
    """Open a table whose texts stand in ``column`` (default: the only one, or one named text).

    Raises:
        InputError: it cannot be read, or there is no such column.
    """
    found = format_of(path, kind)
    if not (path == STANDARD or is_remote(path) or Path(path).is_file()):
        raise InputError(f"{path}: no such file; correct its name")
    try:
        return _OPEN[found](path, column, found)
    except (OSError, pa.ArrowException, EOFError) as error:
        raise InputError(f"{path}: cannot be read as {found}: {one_line(error, 200)}") from error


def _stream(path: str) -> BinaryIO:
    if is_remote(path):
        raw = open_remote(path)
    else:
        raw = sys.stdin.buffer if path == STANDARD else Path(path).open("rb")  # noqa: SIM115
    return gzip.open(raw) if path.lower().endswith(".gz") else raw  # type: ignore[return-value]


def _count_lines(path: str, heading: int) -> int | None:
    """Nothing for what can be read only once, or would have to be inflated twice."""
    if path == STANDARD or is_remote(path) or path.lower().endswith(".gz"):
        return None
    with Path(path).open("rb") as file:
        lines = sum(block.count(b"\n") for block in iter(lambda: file.read(2**20), b""))
    return lines - heading


def _text(path: str) -> io.TextIOWrapper:
    # Bytes that are no UTF-8 stay what they are, and their row says so.
    return io.TextIOWrapper(_stream(path), "utf-8-sig", errors="surrogateescape", newline="")


def _choose(path: str, columns: list[str], column: str | None) -> str:
    if column is None and len(columns) == 1:
        return columns[0]
    chosen = column or "text"
    if chosen in columns:
        return chosen
    named = f"no column '{chosen}'" if column else "several columns and none named 'text'"
    raise InputError(f"{path}: {named} (found: {', '.join(columns)}); name it with --column")


def _open_delimited(path: str, column: str | None, kind: str) -> Table:
    csv.field_size_limit(2**31 - 1)  # a cell too long is its row's affair, not the file's
    file = _text(path)
    first = file.readline()
    delimiter = _DELIMITERS[kind]
    if delimiter not in first:
        delimiter = max((delimiter, *_SEPARATORS), key=first.count)
    reader = csv.reader(chain([first], file), delimiter=delimiter)
    columns = next(reader, [])
    if not columns:
        raise InputError(f"{path}: is empty; its first line names the columns")
    if twice := sorted({name for name in columns if columns.count(name) > 1}):
        raise InputError(f"{path}: two columns are named '{twice[0]}'; rename one of them")
    chosen = _choose(path, columns, column)
    return Table(columns, _delimited(path, reader, columns, chosen), about=_count_lines(path, 1))


def _delimited(path: str, reader: Any, columns: list[str], column: str) -> Iterator[Row]:
    while True:
        where = f"line {reader.line_num + 1}"
        try:
            found = next(reader)
        except StopIteration:
            return
        except (csv.Error, OSError, EOFError) as error:
            raise InputError(
                f"{path}, {where}: {one_line(error, 200)}; correct the file"
            ) from error
        if not found:
            continue  # a blank line
        if len(found) != len(columns):
            cells = dict(zip(columns, [*found, *[""] * len(columns)], strict=False))
            yield Row(where, cells, problem=f"{'fewer' if len(found) < len(columns) else 'more'} "
                      "cells than there are columns")  # fmt: skip
        else:
            yield row_of(where, dict(zip(columns, found, strict=True)), column)


def _open_lines(path: str, column: str | None, kind: str) -> Table:
    file = _text(path)
    numbered = ((number, line) for number, line in enumerate(file, 1) if line.strip())
    first = next(numbered, None)
    if first is None:
        raise InputError(f"{path}: is empty; give one JSON object a line")
    cells = _object(first[1])
    if cells is None:
        raise InputError(f"{path}, line {first[0]}: no JSON object; give one a line")
    columns = list(cells)
    chosen = _choose(path, columns, column)
    rows = _lines(chain([first], numbered), columns, chosen)
    return Table(columns, rows, about=_count_lines(path, 0))


def _lines(numbered: Iterator[tuple[int, str]], columns: list[str], column: str) -> Iterator[Row]:
    for number, line in numbered:
        where, cells = f"line {number}", _object(line)
        if cells is None:
            yield Row(where, dict.fromkeys(columns), problem="no JSON object")
        else:
            yield row_of(where, cells, column)


def _object(line: str) -> Cells | None:
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _open_parquet(path: str, column: str | None, kind: str) -> Table:
    source = io.BytesIO(sys.stdin.buffer.read()) if path == STANDARD else path
    file = pq.ParquetFile(open_remote(path) if is_remote(path) else source)
    columns = file.schema_arrow.names
    chosen = _choose(path, columns, column)
    return Table(columns, _batches(file, chosen), file.schema_arrow, file.metadata.num_rows)


def _batches(file: pq.ParquetFile, column: str) -> Iterator[Row]:
    number = 0
    for batch in file.iter_batches(1024):
        for cells in batch.to_pylist():
            number += 1
            yield row_of(f"row {number}", cells, column)


_OPEN: dict[str, Callable[[str, str | None, str], Table]] = {
    "csv": _open_delimited,
    "tsv": _open_delimited,
    "jsonl": _open_lines,
    "parquet": _open_parquet,
}
