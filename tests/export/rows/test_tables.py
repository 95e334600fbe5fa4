"""Rows come as they stand in the file, each with its text or with what is wrong with it."""

import csv
import gzip
import io
import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from export.rows.row import LONGEST
from export.rows.tables import format_of, open_table
from training.run.errors import InputError

CELLS = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=12)


@given(st.lists(st.tuples(CELLS, CELLS), max_size=8), st.sampled_from([",", ";", "\t"]))
def test_what_csv_was_written_is_read(rows: list[tuple[str, str]], delimiter: str) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rows.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, delimiter=delimiter).writerows([("id", "text"), *rows])
        found = list(open_table(str(path), None).rows)
    assert [(row.cells["id"], row.cells["text"]) for row in found] == rows
    for row in found:
        assert row.text == ("" if row.problem else row.cells["text"])
        assert bool(row.problem) == (not row.cells["text"].strip())


FAULTS = {
    "fewer cells": (b"1\n", "fewer cells than there are columns"),
    "more cells": (b"1,a,b\n", "more cells than there are columns"),
    "empty": (b"1,\n", "an empty text"),
    "blank": (b'1,"  "\n', "an empty text"),
    "not UTF-8": (b"1,caf\xe9\n", "bytes that are no UTF-8"),
    "NUL": (b"1,a\0b\n", "a NUL character"),
    "huge": (b"1," + b"x" * (LONGEST + 1) + b"\n", "a text of more than 1,000,000 characters"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_faulty_row_says_what_is_wrong_and_the_others_stay(fault: str, tmp_path: Path) -> None:
    line, problem = FAULTS[fault]
    path = tmp_path / "rows.csv"
    path.write_bytes(b"id,text\n0,before\n" + line + b'2,"two\nlines"\n3,after\n')
    rows = list(open_table(str(path), "text").rows)
    assert [row.text for row in rows] == ["before", "", "two\nlines", "after"]
    assert [row.where for row in rows] == ["line 2", "line 3", "line 4", "line 6"]
    assert [row.problem for row in rows] == ["", problem, "", ""]


def test_json_lines_keep_their_cells(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl.gz"
    lines = ['{"text": "a", "n": 1}', "", "[1]", '{"text": 5}', '{"n": 2}', "{broken"]
    path.write_bytes(gzip.compress("\n".join(lines).encode()))
    rows = list(open_table(str(path), None).rows)
    assert rows[0].cells == {"text": "a", "n": 1} and rows[0].text == "a"
    assert [row.problem for row in rows[1:]] == [
        "no JSON object", "a int and no text", "no column 'text'", "no JSON object",
    ]  # fmt: skip
    assert rows[1].where == "line 3"


def test_parquet_has_its_types(tmp_path: Path) -> None:
    table = pa.table({"text": ["a", None], "n": pa.array([1, 2], pa.int8())})
    pq.write_table(table, path := tmp_path / "rows.parquet")
    opened = open_table(str(path), None)
    assert opened.schema == table.schema and opened.about == 2
    rows = list(opened.rows)
    assert [row.cells["n"] for row in rows] == [1, 2]
    assert rows[1].problem == "a NoneType and no text"


WRONG = {
    "rows.xlsx": (b"PK", "no kind of table by its name"),
    "empty.csv": (b"", "is empty"),
    "twice.csv": (b"text,text\na,b\n", "two columns are named 'text'"),
    "other.csv": (b"a,b\n1,2\n", "several columns and none named 'text' .found: a, b."),
    "no.parquet": (b"nothing", "cannot be read as parquet"),
    "no.jsonl": (b"a\n", "line 1: no JSON object"),
    "no.csv.gz": (b"nothing", "cannot be read as csv"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_no_table_is_one_sentence(name: str, tmp_path: Path) -> None:
    content, sentence = WRONG[name]
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError, match=sentence):
        open_table(str(tmp_path / name), None)
    with pytest.raises(InputError, match="no such file"):
        open_table(
            str(tmp_path / "other.csv.gz" if name != "other.csv" else tmp_path / "x.csv"), None
        )


def test_a_column_that_is_not_there_is_named_with_those_that_are(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("a,b\n1,2\n")
    with pytest.raises(InputError, match=r"no column 'c' .found: a, b.; name it with --column"):
        open_table(str(path), "c")
    assert [row.text for row in open_table(str(path), "b").rows] == ["2"]


def test_the_kind_is_told_by_name_or_by_word() -> None:
    assert format_of("a.TSV.gz") == "tsv" and format_of("a.ndjson") == "jsonl"
    assert format_of("-", "parquet") == "parquet"


def test_standard_input_is_a_table(monkeypatch: pytest.MonkeyPatch) -> None:
    given_ = io.TextIOWrapper(io.BytesIO(json.dumps({"text": "hello"}).encode()))
    monkeypatch.setattr("sys.stdin", given_)
    assert [row.text for row in open_table("-", None, "jsonl").rows] == ["hello"]
