"""Contenders answer the same texts, each in a process that is watched."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from export.pipeline import StaleStages
from export.readme import of_many
from export.rows import measure
from export.rows.contenders import ON_RAY, OURS
from export.rows.measure import table
from export.rows.watch import watch
from training.data.sources import SAMPLE_DIR
from training.run.artifact import Artifact
from training.run.errors import CheckError

BUSY = "import time\nwhile time.process_time() < 1.2: 1"


def python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


def test_a_command_is_watched_with_its_children(tmp_path: Path) -> None:
    child = f"x = b'x' * 80_000_000\n{BUSY}"
    call = f"import subprocess, sys\nsubprocess.run([sys.executable, '-c', {child!r}])\nprint(5)"
    seen = watch(python(call), os.environ, tmp_path / "log")
    assert seen.out == "5\n"
    assert seen.peak_bytes > 80_000_000
    assert 1.2 < seen.cpu_seconds <= seen.seconds * os.cpu_count()
    assert seen.cpu_use == seen.cpu_seconds / seen.seconds / os.cpu_count()


def test_daemons_that_nobody_waits_for_are_counted(tmp_path: Path) -> None:
    call = (
        "import subprocess, sys, time\n"
        f"found = subprocess.Popen([sys.executable, '-c', {BUSY!r}])\n"
        "while not (state := open(f'/proc/{found.pid}/stat').read().split()[2]) == 'Z': "
        "time.sleep(0.05)\n"
        "import os; os._exit(0)"
    )
    assert watch(python(call), os.environ, tmp_path / "log").cpu_seconds > 0.8


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells shares of memory")
def test_memory_that_is_shared_counts_once(tmp_path: Path) -> None:
    call = "import os, time\nx = b'x' * 90_000_000\nos.fork(), os.fork()\ntime.sleep(2)"
    assert 90e6 < watch(python(call), os.environ, tmp_path / "log").peak_bytes < 250e6


def test_a_command_that_fails_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(CheckError, match="ended early; it said: ValueError: not so"):
        watch(python("raise ValueError('not so')"), os.environ, tmp_path / "log")


FACTS = {"peak_megabytes": 100.4, "same_label": 0.995, "cpu_use": 0.971}
RECORD = {
    "rows": 20_000,
    "split": "test",
    "repeats": 3,
    "batch_size": 32,
    "machine": {"processor": "one", "cores": 2},
    "contenders": {
        OURS: FACTS | {"rows_per_second": {"median": 600.0}},
        "other, PyTorch": FACTS | {"rows_per_second": {"median": 200.0}},
    },
}


def test_the_fastest_is_said_as_a_multiple() -> None:
    assert table(RECORD)[1] == ["other, PyTorch", "200", "3.0 ×", "100 MB", "97%", "99.5%"]


def test_what_was_not_measured_is_not_said() -> None:
    assert of_many.scale(RECORD).endswith(
        "600 rows a second on 2 cores, 3.0 × a pipeline of PyTorch."
    )
    assert "table" not in of_many._rows(RECORD)
    one = {"rows_per_second": {"median": 250.0}, "start_seconds": {"median": 6.2}}
    two = {"rows_per_second": {"median": 475.0}, "start_seconds": {"median": 7.9}}
    whole = RECORD | {
        "ray": {"1": one, "2": two},
        "table": FACTS | {"rows": 1_000_000, "seconds": 1800.0, "rows_per_second": 555.6},
    }
    scaled = "250 with one worker, 475 with two (1.90 ×), after 6 to 8 s to start."
    assert of_many.scale(whole).endswith(scaled)
    assert "1,000,000 rows in 30 minutes: 556 rows a second, 97% of all" in of_many._rows(whole)


def test_a_long_table_is_kept_with_its_date_while_the_model_is_the_same() -> None:
    record = RECORD | {"onnx_int8": {"sha256": "a"}, "timestamp": "then", "table": {"rows": 7}}
    kept = measure._kept(record, {"sha256": "a"})
    assert kept == {"timestamp": "then", "rows": 7} | {"machine": RECORD["machine"]}
    assert measure._kept(record | {"timestamp": "now", "table": kept}, {"sha256": "a"}) == kept
    assert measure._kept(record, {"sha256": "b"}) is None
    assert measure._kept(RECORD, {"sha256": "a"}) is None


@pytest.mark.slow
def test_ours_is_measured_and_answers_every_row(calibrated: Path, tmp_path: Path) -> None:
    texts = tmp_path / "texts.json"
    texts.write_text(json.dumps([f"text {n}" for n in range(70)]))
    began = time.perf_counter()
    command = [
        sys.executable,
        "-m",
        "export.rows.contenders",
        OURS,
        str(calibrated),
        "-",
        str(texts),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    answer = json.loads(done.stdout.splitlines()[-1])
    assert len(answer["labels"]) == 70
    assert 0 < answer["seconds"] < time.perf_counter() - began


@pytest.mark.slow
def test_a_record_has_workers_of_a_cluster_and_a_long_table(
    calibrated: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Others take minutes to start and are no code of ours.
    monkeypatch.setattr(measure, "CONTENDERS", {OURS: measure.CONTENDERS[OURS]})
    monkeypatch.setattr(measure, "write_folder", lambda artifact, folder: None)
    monkeypatch.setattr(measure, "ON_RAY", {name: n for name, n in ON_RAY.items() if n == 1})
    stages = StaleStages(Artifact(calibrated), SAMPLE_DIR, lambda _: None)
    record = measure.measure_rows(stages, 5_000, 1, ray=True, table_rows=7_000)
    worker = record["ray"]["1"]
    assert worker["start_seconds"]["median"] > 0
    found = [record["contenders"][OURS], worker, record["table"]]
    assert [facts["same_label"] for facts in found] == [1, 1, 1]
    assert all(0 < facts["cpu_use"] <= 1.05 and facts["peak_megabytes"] > 50 for facts in found)
    assert record["table"]["rows"] == 7_000
