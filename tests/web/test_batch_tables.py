"""Tables are read as Python reads them, and written as scripts/classify.py writes them."""

import base64
import csv
import io
import itertools
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from export.quality.answer import Answer
from export.rows.row import row_of
from export.rows.tables import Table
from export.rows.writers import Output, heading, write_part
from tests.web.batch_oracle import BatchOracle, start_oracle

cells = st.text(
    st.one_of(st.sampled_from("a\",;\t\r\n\0=+-@ 'é😀"), st.characters(codec="utf-8")), max_size=8
)
tables = st.integers(1, 4).flatmap(
    lambda width: st.lists(st.lists(cells, min_size=width, max_size=width), min_size=1, max_size=6)
)
# Python's writer leaves a CR without quotation marks, so that its own reader ends the row there.
without_cr = cells.map(lambda cell: cell.replace("\r", ""))
names = st.lists(
    st.text(st.characters(codec="utf-8", exclude_characters="\r"), min_size=1, max_size=6).filter(
        lambda name: name.strip() and name not in ("label", "probability", "unsure", "error")
    ),
    min_size=2,
    max_size=4,
    unique=True,
)
# No exact tie at the sixth digit, which each language breaks its own way.
answers = st.none() | st.tuples(st.integers(0, 2), st.floats(0.001, 0.999), st.booleans())
LABELS = ["calm", "=angry", 'sad, "very"']


@pytest.fixture(scope="module")
def oracle() -> Iterator[BatchOracle]:
    with start_oracle() as started:
        yield started


def table(oracle: BatchOracle, name: str, content: bytes | str, **more: Any) -> dict[str, Any]:
    data = content.encode() if isinstance(content, str) else content
    return oracle.ask("table", name=name, bytes=base64.b64encode(data).decode(), **more)


def cut(text: str, places: list[int]) -> list[str]:
    marks = sorted({place % (len(text) + 1) for place in places} | {0, len(text)})
    return [text[a:b] for a, b in itertools.pairwise(marks)]


@given(
    rows=tables,
    delimiter=st.sampled_from(",;\t|"),
    ends=st.sampled_from(["\n", "\r\n"]),
    places=st.lists(st.integers(0, 10_000), max_size=5),
)
@example(rows=[["a\r"], ["b"]], delimiter=",", ends="\r\n", places=[])
@example(rows=[['a"\r']], delimiter=",", ends="\n", places=[2, 3])
def test_what_python_writes_is_read_wherever_the_pieces_end(
    oracle: BatchOracle, rows: list[list[str]], delimiter: str, ends: str, places: list[int]
) -> None:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter, lineterminator=ends, quoting=csv.QUOTE_ALL).writerows(
        rows
    )
    written = text.getvalue()
    assert oracle.ask("rows", delimiter=delimiter, pieces=cut(written, places)) == rows


@given(rows=tables, places=st.lists(st.integers(0, 10_000), max_size=5))
def test_cells_without_quotes_are_read_too(
    oracle: BatchOracle, rows: list[list[str]], places: list[int]
) -> None:
    bare = [[cell.translate(dict.fromkeys(map(ord, '",\r\n'))) for cell in row] for row in rows]
    bare = [row for row in bare if row != [""]]
    text = "".join(f"{','.join(row)}\n" for row in bare)
    assert oracle.ask("rows", delimiter=",", pieces=cut(text, places)) == bare
    crlf = text.replace("\n", "\r\n")
    assert oracle.ask("rows", delimiter=",", pieces=cut(crlf, places)) == bare


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_delimiters_marks_and_encodings(oracle: BatchOracle, encoding: str) -> None:
    for delimiter in ",;|\t":
        text = f'id{delimiter}text\r\n1{delimiter}"Schön{delimiter}\nund 😀"\r\n\r\n2{delimiter}b'
        found = table(oracle, "any.csv", text.encode(encoding))
        assert found["columns"] == ["id", "text"]
        assert found["cells"] == [["1", f"Schön{delimiter}\nund 😀"], ["2", "b"]]


def test_lines_may_end_in_both_ways_and_in_that_of_old(oracle: BatchOracle) -> None:
    mixed = table(oracle, "a.csv", 'a,b\n1,2\r\n"3",4\n5,"6"\r\n')
    assert mixed["cells"] == [["1", "2"], ["3", "4"], ["5", "6"]]
    old = table(oracle, "a.csv", 'a,b\r1,2\r"3",4')
    assert old["cells"] == [["1", "2"], ["3", "4"]]


def test_rows_of_another_length_lose_nothing(oracle: BatchOracle) -> None:
    found = table(oracle, "a.csv", "id,text\n1\n2,b,c\n3,d,,\n4,e\n", column="text")
    assert [row[:2] for row in found["cells"]] == [["1", ""], ["2", "b"], ["3", "d"], ["4", "e"]]
    assert found["cells"][1] == ["2", "b", "c"]
    # No text, too many cells; cells that are empty are no cells.
    assert [bool(problem) for problem in found["problems"]] == [True, True, False, False]


def test_problems_are_those_of_the_script(oracle: BatchOracle) -> None:
    texts = ["fine", "", "  \t", "a\0b", "x" * 1_000_000, "x" * 1_000_001]
    lines = "".join(json.dumps({"text": text}) + "\n" for text in texts)
    further = '{"text": 3}\n{"other": "a"}\n{"text": null}\n[1]\nnot JSON\n'
    found = table(oracle, "a.jsonl", lines + further, column="text")
    rows = [row_of("", {"text": text}, "text") for text in [*texts, 3]]
    rows += [row_of("", {"other": "a"}, "text"), row_of("", {"text": None}, "text")]
    wanted = [bool(row.problem) for row in rows] + [True, True]
    assert [bool(problem) for problem in found["problems"]] == wanted
    assert found["columns"] == ["text", "other", "line"]
    assert found["cells"][-1] == ["", "", "not JSON"]


def test_a_heading_is_told_from_a_first_text(oracle: BatchOracle) -> None:
    named = table(oracle, "a.csv", 'comment\nHello, you\n"So, so"\n')
    assert (named["columns"], named["cells"]) == (["comment"], [["Hello, you"], ["So, so"]])
    bare = table(oracle, "a.csv", "I have lost my keys again.\nWhat a day!\n")
    assert (bare["columns"], len(bare["cells"])) == (["text"], 2)


def test_columns_get_names_that_differ(oracle: BatchOracle) -> None:
    found = table(oracle, "a.csv", "a,,a,a_2,\n1,2,3,4,5\n")
    assert found["columns"] == ["a", "column 2", "a_3", "a_2", "column 5"]


def test_pasted_text_is_told_by_its_looks(oracle: BatchOracle) -> None:
    name = "The pasted text"
    listed = table(oracle, name, "I am glad, really.\n\nYes\nNo, no, no\n")
    assert (listed["columns"], len(listed["cells"])) == (["text"], 3)
    assert table(oracle, name, "a\tb\n1\t2\n")["columns"] == ["a", "b"]
    assert table(oracle, name, "a;b\n1;2\n")["columns"] == ["a", "b"]
    assert table(oracle, name, '{"x": 1}\n')["columns"] == ["x"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"PK\x03\x04rest", "save the table as CSV"),
        (b"\x1f\x8bx", "unpack it"),
        (b"id,text\n1,ok\n2,\xe9t\xe9\n", "line 3: holds bytes that are no UTF-8"),
        (b"a,b\n" + "é,x\n".encode() * 300_000 + b"\xff,y\n", "line 300002: holds bytes"),
        ("a,b\né".encode()[:-1], "line 2: holds bytes"),
        (b'id,text\n1,"' + b"x,\n" * 3_000_000, "row 2: is longer than 8,000,000 characters"),
    ],
)
def test_what_cannot_be_read_is_said_in_one_sentence(
    oracle: BatchOracle, content: bytes, said: str
) -> None:
    with pytest.raises(ValueError, match=said) as caught:
        table(oracle, "a.csv", content)
    assert str(caught.value).startswith("a.csv") and str(caught.value).endswith(".")


def written_by_python(
    kind: str, escape: bool, columns: list[str], rows: list[list[str]], found: list[Any], path: Path
) -> str:
    output = Output(kind, 1, escape)
    given = Table(columns, iter([]))
    made = [row_of("", dict(zip(columns, row, strict=True)), columns[0]) for row in rows]
    told = [one and Answer([(LABELS[one[0]], one[1])], one[2]) for one in found]
    write_part(path, output, given, made, told)
    return heading(output, given).decode() + path.read_bytes().decode()


@given(
    columns=names,
    seed=st.lists(st.tuples(st.lists(without_cr, min_size=4, max_size=4), answers), min_size=1),
    escape=st.booleans(),
)
def test_answers_are_written_as_the_script_writes_them(
    oracle: BatchOracle,
    tmp_path_factory: pytest.TempPathFactory,
    columns: list[str],
    seed: list[Any],
    escape: bool,
) -> None:
    path = tmp_path_factory.mktemp("part") / "part"
    rows = [row[: len(columns)] for row, _ in seed]
    found = [one for _, one in seed]
    call = {"columns": columns, "labels": LABELS, "rows": rows, "answers": found, "escape": escape}
    read: dict[str, Any] = {
        "csv": lambda text: list(csv.reader(io.StringIO(text, newline=""))),
        "jsonl": lambda text: [json.loads(line) for line in text.split("\n") if line],
    }
    for kind, parse in read.items():
        theirs = parse(written_by_python(kind, escape, columns, rows, found, path))
        ours = parse(oracle.ask("write", format=kind, **call))
        if None in found:  # the page says why, in a column more
            ours = [row[:-1] if kind == "csv" else without_error(row) for row in ours]
        assert numbered(ours, kind) == numbered(theirs, kind)


@given(rows=st.lists(st.lists(cells, min_size=2, max_size=2), min_size=1))
def test_every_cell_comes_back_from_a_download(oracle: BatchOracle, rows: list[list[str]]) -> None:
    call = {"columns": ["a", "b"], "labels": LABELS, "rows": rows, "format": "csv"}
    call["answers"] = [[0, 0.5, False]] * len(rows)
    plain = list(csv.reader(io.StringIO(oracle.ask("write", escape=False, **call), newline="")))
    assert [row[:2] for row in plain[1:]] == rows
    cured = list(csv.reader(io.StringIO(oracle.ask("write", escape=True, **call), newline="")))
    for before, after in zip(rows, cured[1:], strict=True):
        wanted = [f"'{cell}" if cell.startswith(tuple("=+-@\t\r")) else cell for cell in before]
        assert after[:2] == wanted


def numbered(rows: list[Any], kind: str) -> list[Any]:
    """With the probabilities of CSV as numbers, which may be written in more than one way."""
    if kind == "jsonl":
        return rows
    return [rows[0], *([*row[:-2], row[-2] and float(row[-2]), row[-1]] for row in rows[1:])]


def without_error(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name != "error"}


def test_lines_of_json_stay_what_they_are(oracle: BatchOracle) -> None:
    line = '{"n": 12345678901234567890.50, "2": 1, "1": {"a": [1]}, "label": "x"}'
    call = {"columns": ["n", "2", "1", "label"], "labels": LABELS, "escape": False}
    text = oracle.ask("write", format="jsonl", rows=[line, "{}"], answers=[[0, 0.5, True], None],
                      **call)  # fmt: skip
    first, second = text.splitlines()
    assert first.startswith(line[:-1])
    assert json.loads(first)["predicted_label"] == "calm"
    assert list(json.loads(second)) == [
        f"predicted_{name}" for name in ("label", "probability", "unsure", "error")
    ]
    with_cells = oracle.ask("write", format="jsonl", rows=[["1", "2", "3", "4"]],
                            answers=[[0, 0.5, True]], **call)  # fmt: skip
    assert list(json.loads(with_cells))[:4] == ["n", "2", "1", "label"]
