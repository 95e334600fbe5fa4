"""Contenders answer the same texts, each in a process that is watched."""

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

from export.rows.contenders import OURS
from export.rows.measure import _Watch, table


def test_a_process_is_watched_with_its_children() -> None:
    burn = "x = bytearray(80_000_000); import time; t = time.time()\nwhile time.time() - t < 1.5: 1"
    child = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {burn!r}])"
    process = subprocess.Popen([sys.executable, "-c", child])
    seen = _Watch(process.pid)
    process.wait()
    seen.stop()
    assert seen.peak > 80_000_000


def test_the_fastest_is_said_as_a_multiple() -> None:
    facts = {"peak_megabytes": 100.4, "same_label": 0.995}
    record = {
        "contenders": {
            OURS: facts | {"rows_per_second": {"median": 600.0}},
            "other": facts | {"rows_per_second": {"median": 200.0}},
        }
    }
    rows = table(record)
    assert rows[1] == ["other", "200", "3.0 ×", "100 MB", "99.5%"]


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
