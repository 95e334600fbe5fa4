import csv
import io
import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.data.readers import Row, find_split, read_rows
from training.run.errors import InputError

# csv cannot carry NUL, and \r is a line end to it.
CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\0\r"), max_size=40)


def read(path: Path) -> list[Row]:
    return read_rows(path, "text", "label")


@given(rows=st.lists(st.tuples(CELLS, CELLS), max_size=8))
def test_csv_gives_back_what_was_written(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str]]
) -> None:
    buffer = io.StringIO()
    writer = csv.writer(buffer, quoting=csv.QUOTE_ALL)
    writer.writerows([("text", "label"), *rows])
    path = tmp_path_factory.mktemp("csv") / "train.csv"
    path.write_bytes(buffer.getvalue().encode())
    assert [(row.text, row.label) for row in read(path)] == rows


@given(rows=st.lists(st.tuples(st.text(), st.text()), max_size=8))
def test_jsonl_gives_back_what_was_written(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str]]
) -> None:
    path = tmp_path_factory.mktemp("jsonl") / "train.jsonl"
    lines = [json.dumps({"text": text, "label": label}) for text, label in rows]
    path.write_text("\n".join(lines), encoding="utf-8")
    assert [(row.text, row.label) for row in read(path)] == rows


def test_parquet_is_read_with_other_columns_ignored(tmp_path: Path) -> None:
    table = pa.table({"id": [1, 2], "label": ["a", "b"], "text": ["x", "y"]})
    pq.write_table(table, tmp_path / "train.parquet")
    assert read(tmp_path / "train.parquet") == [Row("x", "a", "row 1"), Row("y", "b", "row 2")]


def test_whole_numbers_will_do_as_labels(tmp_path: Path) -> None:
    path = tmp_path / "train.jsonl"
    path.write_text('{"text": "x", "label": 3}')
    assert read(path) == [Row("x", "3", "line 1")]


def test_a_byte_order_mark_is_no_part_of_the_header(tmp_path: Path) -> None:
    path = tmp_path / "train.csv"
    path.write_bytes(b"\xef\xbb\xbftext,label\r\nx,a\r\n")
    assert read(path) == [Row("x", "a", "line 2")]


BAD_FILES = {
    "missing column": (
        "train.csv",
        b"text,emotion\nx,a\n",
        ["line 2", "'label'", "data.label_column"],
    ),
    "short row": ("train.csv", b"text,label\nx,a\nx\n", ["line 3", "quote"]),
    "long row": ("train.csv", b"text,label\nx, and y,a\n", ["line 2", "quote"]),
    "open quote": ("train.csv", b'text,label\n"x,a\n', ["line", "quoting"]),
    "not UTF-8": ("train.csv", b"text,label\nx,a\ncaf\xe9,b\n", ["line 3", "0xe9", "UTF-8"]),
    "not JSON": ("train.jsonl", b'{"text": "x", "label": "a"}\n{\n', ["line 2", "one object"]),
    "JSON, but a list": ("train.jsonl", b"[1]\n", ["line 1", "one object"]),
    "no label": ("train.jsonl", b'{"text": "x", "label": null}\n', ["line 1", "None", "not text"]),
    "number as text": ("train.jsonl", b'{"text": 3, "label": "a"}\n', ["line 1", "3", "not text"]),
    "not Parquet": ("train.parquet", b"text,label\n", ["Parquet"]),
}


@pytest.mark.parametrize("case", BAD_FILES)
def test_bad_files_are_named_with_place_and_remedy(tmp_path: Path, case: str) -> None:
    name, content, words = BAD_FILES[case]
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(InputError) as caught:
        read(path)
    message = str(caught.value)
    assert str(path) in message and "\n" not in message
    assert [word for word in words if word not in message] == []


def test_a_split_must_be_there_once(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"no train split; add train\.csv"):
        find_split(tmp_path, "train")
    (tmp_path / "train.csv").touch()
    assert find_split(tmp_path, "train") == tmp_path / "train.csv"
    (tmp_path / "train.jsonl").touch()
    with pytest.raises(InputError, match=r"train\.csv and train\.jsonl"):
        find_split(tmp_path, "train")
