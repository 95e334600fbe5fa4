"""Read rows of (text, label) from one CSV, JSON Lines or Parquet file, naming the row at fault."""

import csv
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

from training.run.errors import InputError

_Record = tuple[str, dict[str, Any]]  # where it stands ("line 7"), column → value


class Row(NamedTuple):
    """One labelled text, and where it stands in its file ("line 7")."""

    text: str
    label: str
    where: str
    key: str = ""  # what rows of another file name it by


def read_rows(
    path: Path, text_column: str, label_column: str, key_column: str | None = None
) -> list[Row]:
    """Rows of a file in file order, text and label as written.

    Raises:
        InputError: unreadable file, missing column, or a cell that is not text.
    """
    rows = []
    for where, record in read_records(path):
        place = f"{path}, {where}"
        row = make_row(record, text_column, label_column, place, where)
        rows.append(row._replace(key=text_of(record, key_column, place)) if key_column else row)
    return rows


def read_records(path: Path) -> Iterator[_Record]:
    """Where each record of a CSV, JSON Lines or Parquet file stands, and its cells by column.

    Raises:
        InputError: there is no such file, its kind is another, or it cannot be read.
    """
    if not path.is_file():
        raise InputError(f"{path}: no such file; correct its name")
    if path.suffix not in _READERS:
        raise InputError(f"{path}: cannot read '{path.suffix}'; give {', '.join(_READERS)}")
    return _READERS[path.suffix](path)


def text_of(record: Mapping[str, Any], column: str, place: str) -> str:
    """The cell of a column as text.

    Raises:
        InputError: there is no such column, or its cell is not text; names ``place``.
    """
    if column not in record:
        found = ", ".join(map(str, record))
        raise InputError(f"{place}: no column '{column}' (found: {found}); rename it in the data")
    if not isinstance(record[column], str):
        raise InputError(
            f"{place}: '{column}' holds {record[column]!r}, which is not text; correct the row"
        )
    return record[column]


def cells_are(record: Mapping[str, Any], wanted: Mapping[str, str], place: str) -> bool:
    """Whether a record's cells hold what is wanted of them, by column.

    Raises:
        InputError: there is no such column, or its cell is not text; names ``place``.
    """
    return all(text_of(record, column, place) == value for column, value in wanted.items())


def read_texts(path: Path, column: str) -> list[str]:
    """Unlabelled texts: one column of a CSV, JSON Lines or Parquet file, or the lines of a .txt.

    Raises:
        InputError: unreadable file, missing column, or a cell that is not text.
    """
    if not path.is_file():
        raise InputError(f"{path}: no such file; give one with texts")
    if path.suffix == ".txt":
        return _read_text(path).splitlines()
    if path.suffix not in _READERS:
        raise InputError(f"{path}: cannot read '{path.suffix}'; give .txt, {', '.join(_READERS)}")
    return [
        make_row(record, column, column, f"{path}, {where}", where).text
        for where, record in _READERS[path.suffix](path)
    ]


def make_row(
    record: Mapping[str, Any], text_column: str, label_column: str, place: str, where: str
) -> Row:
    """Text and label of one record; a whole number will do as a label.

    Raises:
        InputError: a column is missing or its value is of another kind; names ``place``.
    """
    for column in (text_column, label_column):
        if column not in record:
            found = ", ".join(map(str, record))
            raise InputError(
                f"{place}: no column '{column}' (found: {found}); rename it in the data, or set "
                "data.text_column or data.label_column in the config"
            )
    text, label = record[text_column], record[label_column]
    if isinstance(label, int) and not isinstance(label, bool):
        label = str(label)
    for column, value in ((text_column, text), (label_column, label)):
        if not isinstance(value, str):
            raise InputError(
                f"{place}: '{column}' holds {value!r}, which is not text; correct the row"
            )
    return Row(text, label, where)


def find_split(directory: Path, split: str) -> Path:
    """The one file that holds a split.

    Raises:
        InputError: there is none, or more than one.
    """
    found = [directory / f"{split}{suffix}" for suffix in _READERS]
    found = [path for path in found if path.is_file()]
    if len(found) == 1:
        return found[0]
    if found:
        names = " and ".join(path.name for path in found)
        raise InputError(f"{directory}: holds {names}; keep one file for each split")
    raise InputError(
        f"{directory}: no {split} split; add {split}.csv, {split}.jsonl or {split}.parquet"
    )


def _read_text(path: Path) -> str:
    data = path.read_bytes()
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise InputError(
            f"{path}, line {line}: byte 0x{data[error.start]:02x} is not UTF-8; "
            "save the file as UTF-8"
        ) from error


def _read_csv(path: Path) -> Iterator[_Record]:
    # splitlines() would also break at U+2028 and the like inside a cell.
    lines = _read_text(path).replace("\r\n", "\n").split("\n")
    reader = csv.DictReader((f"{line}\n" for line in lines), strict=True)
    try:
        for record in reader:
            where = f"line {reader.line_num}"
            if None in record or None in record.values():
                raise InputError(
                    f"{path}, {where}: not as many cells as the header has; "
                    "quote cells that hold commas"
                )
            yield where, record
    except csv.Error as error:
        raise InputError(f"{path}, line {reader.line_num}: {error}; correct the quoting") from error


def _read_jsonl(path: Path) -> Iterator[_Record]:
    for number, line in enumerate(_read_text(path).split("\n"), start=1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except json.JSONDecodeError as error:
            raise InputError(
                f"{path}, line {number}: not JSON ({error.msg}); put one object on each line"
            ) from error
        if not isinstance(record, dict):
            raise InputError(
                f"{path}, line {number}: not a JSON object; put one object on each line"
            )
        yield f"line {number}", record


def _read_parquet(path: Path) -> Iterator[_Record]:
    try:
        records = pq.read_table(path).to_pylist()
    except (pa.ArrowException, OSError) as error:
        reason = str(error).splitlines()[0]
        raise InputError(f"{path}: not readable as Parquet ({reason}); write it again") from error
    for number, record in enumerate(records, start=1):
        yield f"row {number}", record


_READERS = {".csv": _read_csv, ".jsonl": _read_jsonl, ".parquet": _read_parquet}
