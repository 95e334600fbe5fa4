"""Rows with their answers → parts of a file of any of the formats, and parts → the file."""

import csv
import gzip
import io
import json
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, TextIO

import pyarrow as pa
import pyarrow.parquet as pq

from export.quality.answer import Answer
from export.rows.row import Cells, Row
from export.rows.tables import Table
from training.run.errors import InputError

_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what spreadsheets take for one (OWASP)
_TYPES = {"label": pa.string(), "probability": pa.float64(), "unsure": pa.bool_()}


@dataclass(frozen=True)
class Output:
    """How rows are written.

    Attributes:
        kind: csv, tsv, jsonl or parquet.
        top: labels for each row; those after the first have columns ``label_2`` and so on.
        escape_formulae: put ' before cells that a spreadsheet would run.
    """

    kind: str
    top: int = 1
    escape_formulae: bool = False
    answers: list[str] = field(init=False)

    def __post_init__(self) -> None:
        further = [f"{name}_{n}" for n in range(2, self.top + 1) for name in list(_TYPES)[:2]]
        object.__setattr__(self, "answers", [*_TYPES, *further])

    def columns_of(self, table: Table) -> list[str]:
        """Those of the table, then those of the answers.

        Raises:
            InputError: the table has one of the latter already.
        """
        if taken := [name for name in self.answers if name in table.columns]:
            raise InputError(
                f"the table has a column '{taken[0]}', which is to hold the answers; rename it"
            )
        return [*table.columns, *self.answers]

    def cells(self, answer: Answer | None) -> Cells:
        """The answer's columns; empty for a row that has none."""
        if answer is None:
            return dict.fromkeys(self.answers)
        found: Cells = {"label": None, "probability": None, "unsure": answer.unsure}
        for place, (label, probability) in enumerate(answer.scores[: self.top], 1):
            ending = "" if place == 1 else f"_{place}"
            found |= {f"label{ending}": label, f"probability{ending}": round(probability, 6)}
        return dict.fromkeys(self.answers) | found


def write_part(
    path: Path, output: Output, table: Table, rows: Sequence[Row], answers: Iterable[Answer | None]
) -> None:
    """Write rows and answers to ``path``; a CSV part has no heading.

    Raises:
        InputError: a row has a column that the table's first row lacks, or a cell whose type does
            not fit its column; names the row.
    """
    columns = output.columns_of(table)
    made = [row.cells | output.cells(found) for row, found in zip(rows, answers, strict=True)]
    if output.kind == "jsonl":
        lines = (json.dumps(cells, ensure_ascii=False, default=str) + "\n" for cells in made)
        with path.open("w", encoding="utf-8", errors="surrogateescape", newline="") as file:
            file.writelines(lines)
        return
    for row in rows:
        if further := [name for name in row.cells if name not in columns]:
            raise InputError(
                f"{row.where} has '{further[0]}', which the first row lacks, so that it has no "
                "column; write .jsonl, or give every row the same keys"
            )
    if output.kind == "parquet":
        _write_parquet(path, output, table, made, rows)
    else:
        _write_delimited(path, output, columns, made)


def _write_delimited(path: Path, output: Output, columns: list[str], made: list[Cells]) -> None:
    with path.open("w", encoding="utf-8", errors="surrogateescape", newline="") as file:
        writer = _writer(file, output.kind)
        for cells in made:
            writer.writerow([_cell(cells.get(name), output.escape_formulae) for name in columns])


@dataclass(frozen=True)
class _Lines:
    """Takes lines that end with CRLF, where a lone CR is quoted, and ends them with LF."""

    file: TextIO

    def write(self, line: str) -> int:
        return self.file.write(line.removesuffix("\r\n") + "\n")


def _writer(file: TextIO, kind: str) -> Any:
    return csv.writer(_Lines(file), delimiter="\t" if kind == "tsv" else ",")


def _cell(value: Any, escape: bool) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False)
    if escape and isinstance(value, str) and value.startswith(_FORMULA):
        return f"'{value}"
    return value


def _write_parquet(
    path: Path, output: Output, table: Table, made: list[Cells], rows: Sequence[Row]
) -> None:
    try:
        pq.write_table(pa.Table.from_pylist(made, schema_of(output, table)), path)
    except (pa.ArrowException, UnicodeError) as error:
        place = f"between {rows[0].where} and {rows[-1].where}"
        raise InputError(f"{place}: {str(error)[:150]}; write .jsonl or .csv instead") from error


def schema_of(output: Output, table: Table) -> pa.Schema:
    """Of the original columns, text where nothing is known of them, and of the answers'."""
    fields = table.schema or pa.schema([(name, pa.string()) for name in table.columns])
    further = [(name, _TYPES[name.partition("_")[0]]) for name in output.answers]
    return pa.schema([*fields, *(pa.field(*pair) for pair in further)])


def join(parts: Sequence[Path], target: Path, output: Output, table: Table) -> None:
    """Make the file of its parts; ``target`` appears when it is complete."""
    half = target.with_name(f".{target.name}.tmp")
    try:
        if output.kind == "parquet":
            with pq.ParquetWriter(half, schema_of(output, table)) as writer:
                for part in parts:
                    writer.write_table(pq.read_table(part))
        else:
            opened = gzip.open if target.suffix == ".gz" else open
            with opened(half, "wb") as file:
                copy(parts, file, output, table)
        half.replace(target)
    finally:
        half.unlink(missing_ok=True)


def copy(parts: Iterable[Path], file: BinaryIO, output: Output, table: Table) -> None:
    """Heading and parts of a text format into an open file."""
    file.write(heading(output, table))
    for part in parts:
        with part.open("rb") as source:
            shutil.copyfileobj(source, file)


def heading(output: Output, table: Table) -> bytes:
    """The first line of CSV and TSV; nothing for JSON Lines."""
    if output.kind == "jsonl":
        return b""

    text = io.StringIO(newline="")
    names = [_cell(name, output.escape_formulae) for name in output.columns_of(table)]
    _writer(text, output.kind).writerow(names)
    return text.getvalue().encode("utf-8", "surrogateescape")
