"""How fast tables are classified, beside what others would reach for, as a record."""

import json
import os
import subprocess
import sys
import tempfile
import threading
from itertools import cycle, islice
from pathlib import Path
from statistics import median
from typing import Any

import psutil

from export.hub.folder import write_folder
from export.pipeline import StaleStages
from export.rows.contenders import BATCH, CONTENDERS, OURS
from training.run.errors import CheckError, one_line
from training.run.files import ROOT, describe_file
from training.run.provenance import circumstances

SPLIT = "test"
_EVERY = 0.1  # seconds between two looks at memory


def measure_rows(stages: StaleStages, rows: int, repeats: int) -> dict[str, Any]:
    """Classify ``rows`` texts by each contender, in turns.

    Raises:
        CheckError: a contender ended early.
    """
    stages.calibration()
    texts = list(islice(cycle(stages.data.splits[SPLIT]["text"]), rows))
    with tempfile.TemporaryDirectory(prefix="rows-") as name:
        place = Path(name)
        (place / "texts.json").write_text(json.dumps(texts), encoding="utf-8")
        write_folder(stages.artifact, place / "folder")
        runs: dict[str, list[dict[str, Any]]] = {contender: [] for contender in CONTENDERS}
        for _ in range(repeats):
            for contender, found in runs.items():
                found.append(_run(contender, stages.artifact.path, place))
    labels = runs[OURS][0]["labels"]
    return {
        "run": stages.artifact.name,
        "data": stages.data.provenance.reference(),
        "split": SPLIT,
        "rows": rows,
        "repeats": repeats,
        "batch_size": BATCH,
        "onnx_int8": describe_file(stages.artifact.onnx_quantized),
        "contenders": {name: _facts(found, labels) for name, found in runs.items()},
        **circumstances(),
    }


def _facts(found: list[dict[str, Any]], labels: list[str]) -> dict[str, Any]:
    rates = [len(labels) / run["seconds"] for run in found]
    same = sum(a == b for a, b in zip(found[0]["labels"], labels, strict=True))
    return {
        "rows_per_second": {"median": median(rates), "all": rates},
        "peak_megabytes": max(run["peak_bytes"] for run in found) / 1e6,
        "same_label": same / len(labels),
    }


def _run(contender: str, run: Path, place: Path) -> dict[str, Any]:
    command = [sys.executable, "-m", "export.rows.contenders", contender, str(run.absolute())]
    files = [str(place / "folder"), str(place / "texts.json")]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    with (place / "log").open("w+", encoding="utf-8") as log:
        process = subprocess.Popen(
            [*command, *files], stdout=subprocess.PIPE, stderr=log, text=True, env=environment
        )
        seen = _Watch(process.pid)
        out, _ = process.communicate()
        seen.stop()
        if process.returncode:
            log.seek(0)
            last = (log.read().strip().splitlines() or ["nothing"])[-1]
            raise CheckError(f"{contender}: ended early; it said: {one_line(ValueError(last))}")
    answer = json.loads(out.strip().splitlines()[-1])
    return answer | {"peak_bytes": seen.peak}


class _Watch:
    """The most memory that a process and its children had; what they share counts twice."""

    def __init__(self, pid: int) -> None:
        self.peak = 0
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._look, args=(psutil.Process(pid),))
        self._thread.start()

    def stop(self) -> None:
        self._ended.set()
        self._thread.join()

    def _look(self, process: psutil.Process) -> None:
        while not self._ended.wait(_EVERY):
            memory = 0
            try:
                for one in (process, *process.children(recursive=True)):
                    memory += one.memory_info().rss
            except psutil.Error:  # one that has just ended
                continue
            self.peak = max(self.peak, memory)


def table(record: dict[str, Any]) -> list[list[str]]:
    """A row for each contender, as a README shows it."""
    ours = record["contenders"][OURS]["rows_per_second"]["median"]
    return [
        [
            name,
            f"{facts['rows_per_second']['median']:,.0f}",
            f"{ours / facts['rows_per_second']['median']:.1f} ×",
            f"{facts['peak_megabytes']:,.0f} MB",
            f"{facts['same_label']:.1%}",
        ]
        for name, facts in record["contenders"].items()
    ]
