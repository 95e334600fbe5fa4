"""A table becomes a table: every row once, in order, also when the job is killed on the way."""

import csv
import json
import os
import runpy
import signal
import subprocess
import sys
import time
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from export.rows import job as module
from export.rows.command import Request, classify_file
from training.data.sources import SAMPLE_DIR
from training.run.errors import InputError
from training.run.files import ROOT


def write_rows(path: Path, count: int) -> None:
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "text", "note"])
        for n in range(count):
            text = "" if n == 3 else f"I was {'so ' * (n % 7)}happy, number {n}"
            writer.writerow([n, text, f"=1+{n}"])


def ask(calibrated: Path, source: Path, target: Path, **options: object) -> int:
    request = {"run": str(calibrated), "data": SAMPLE_DIR, "workers": 1, **options}
    return classify_file(Request(str(source), str(target), **request))  # type: ignore[arg-type]


@pytest.fixture
def source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("export.rows.score.WINDOW", 8)
    write_rows(path := tmp_path / "rows.csv", 30)
    return path


@pytest.mark.parametrize("ending", ["csv", "tsv", "jsonl", "parquet", "csv.gz"])
def test_every_row_has_its_answer_in_every_format(
    ending: str, source: Path, calibrated: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    import gzip

    target = source.with_name(f"out.{ending}")
    assert ask(calibrated, source, target, top=2) == 30
    columns = ["id", "text", "note", "label", "probability", "unsure", "label_2", "probability_2"]
    if ending == "parquet":
        rows = pq.read_table(target).to_pylist()
    elif ending == "jsonl":
        rows = [json.loads(line) for line in target.read_text().splitlines()]
    else:
        content = gzip.decompress(target.read_bytes()) if "gz" in ending else target.read_bytes()
        delimiter = "\t" if ending == "tsv" else ","
        rows = list(csv.DictReader(content.decode().splitlines(), delimiter=delimiter))
    assert [row["id"] for row in rows] == [str(n) for n in range(30)]
    assert all(list(row) == columns for row in rows)
    assert rows[3]["label"] in (None, "") and rows[3]["probability"] in (None, "")
    assert all(row["label"] and float(row["probability"]) > 0 for row in rows if row["text"])
    assert rows[5]["note"] == "=1+5"
    assert "1 row without an answer: an empty text (line 5)" in capsys.readouterr().err
    assert sorted(path.name for path in source.parent.iterdir()) == [f"out.{ending}", "rows.csv"]


def test_formulae_are_escaped_when_asked(source: Path, calibrated: Path) -> None:
    target = source.with_name("out.csv")
    ask(calibrated, source, target, escape_formulae=True)
    assert [row["note"] for row in csv.DictReader(target.open())][:2] == ["'=1+0", "'=1+1"]


def test_a_bad_row_ends_the_job_when_asked(source: Path, calibrated: Path) -> None:
    target = source.with_name("out.csv")
    with pytest.raises(InputError, match=r"rows\.csv, line 5: an empty text"):
        ask(calibrated, source, target, errors="fail")
    assert not target.exists()


@pytest.mark.parametrize("change", ["nothing", "a row", "the column"])
def test_only_what_is_the_same_is_taken_over(
    change: str, source: Path, calibrated: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = source.with_name("out.csv")
    ask(calibrated, source, target)
    expected = target.read_bytes()
    target.unlink()
    # A job that ends before its parts are joined.
    monkeypatch.setattr(module, "join", lambda *_: (_ for _ in ()).throw(RuntimeError("stopped")))
    with pytest.raises(RuntimeError, match="stopped"):
        ask(calibrated, source, target)
    monkeypatch.undo()
    monkeypatch.setattr("export.rows.score.WINDOW", 8)
    written = []
    real = module.write_part
    monkeypatch.setattr(module, "write_part", lambda *args: (written.append(args), real(*args)))
    options = {}
    if change == "a row":
        source.write_text(source.read_text().replace("number 12", "number 12!"))
    elif change == "the column":
        options["column"] = "note"
    ask(calibrated, source, target, **options)
    assert len(written) == {"nothing": 0, "a row": 1, "the column": 4}[change]
    if change == "nothing":
        assert target.read_bytes() == expected
    assert not list(source.parent.glob(".out*"))


@pytest.mark.slow
def test_a_killed_job_goes_on_and_no_row_is_lost_or_twice(calibrated: Path, tmp_path: Path) -> None:
    write_rows(source := tmp_path / "rows.csv", 9_000)
    command = [sys.executable, str(ROOT / "scripts" / "classify.py"), str(source)]
    options = ["--run", str(calibrated), "--data", str(SAMPLE_DIR), "--workers", "2"]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    target, whole = tmp_path / "out.csv", tmp_path / "whole.csv"
    started = subprocess.Popen(
        [*command, str(target), *options], env=environment, start_new_session=True
    )
    while not list(tmp_path.glob(".out.csv.*.parts/*.json")):
        assert started.poll() is None
        time.sleep(0.02)
    os.killpg(started.pid, signal.SIGKILL)
    started.wait()
    assert not target.exists()
    for path in (target, whole):
        subprocess.run([*command, str(path), *options], env=environment, check=True)
    assert target.read_bytes() == whole.read_bytes()
    assert [int(row["id"]) for row in csv.DictReader(target.open())] == list(range(9_000))


def test_what_cannot_be_written_is_said_before_anything_is_computed(
    source: Path, calibrated: Path, tmp_path: Path
) -> None:
    with pytest.raises(InputError, match="is the input"):
        ask(calibrated, source, source)
    with pytest.raises(InputError, match="no such directory"):
        ask(calibrated, source, tmp_path / "no" / "out.csv")
    with pytest.raises(InputError, match="--workers 0: give at least 1"):
        ask(calibrated, source, tmp_path / "out.csv", workers=0)
    source.write_text("text,label\na,b\n")
    with pytest.raises(InputError, match="has a column 'label'"):
        ask(calibrated, source, tmp_path / "out.csv")


def test_a_table_job_never_loads_what_only_training_and_export_need(
    source: Path, calibrated: Path
) -> None:
    """They take seconds to start and half a gigabyte, beside workers of a tenth of that."""
    target = source.with_name("out.csv")
    call = (
        "import runpy, sys; sys.argv = sys.argv[1:]; code = 0\n"
        "try: runpy.run_path(sys.argv[0], run_name='__main__')\n"
        "except SystemExit as end: code = end.code\n"
        "heavy = {'torch', 'transformers', 'sklearn', 'datasets', 'optimum', 'ray'}\n"
        "print(code, sorted(heavy & set(sys.modules)))"
    )
    script, run = str(ROOT / "scripts" / "classify.py"), ["--run", str(calibrated)]
    files = [str(source), str(target), *run, "--data", str(SAMPLE_DIR), "--workers", "1"]
    done = subprocess.run(
        [sys.executable, "-c", call, script, *files],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
    assert done.stdout == "0 []\n", done.stderr
    assert target.is_file()


def test_without_ray_it_is_one_sentence(
    source: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    main = runpy.run_path(str(ROOT / "scripts" / "classify.py"))["main"]
    assert main(["one sentence", "--ray", "auto"]) == 2
    assert "--ray takes two names" in capsys.readouterr().err
    monkeypatch.setitem(sys.modules, "ray", None)
    monkeypatch.delitem(sys.modules, "export.rows.cluster", raising=False)
    assert main([str(source), str(source.with_name("out")), "--ray", "auto"]) == 2
    assert "which is not installed; run: pip install" in capsys.readouterr().err
