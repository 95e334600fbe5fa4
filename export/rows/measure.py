"""How fast tables are classified, beside what others would reach for, as a record."""

import csv
import json
import os
import sys
import tempfile
from collections.abc import Sequence
from itertools import cycle, islice
from pathlib import Path
from statistics import median
from typing import Any

import pyarrow.parquet as pq

from export.hub.folder import write_folder
from export.pipeline import StaleStages
from export.rows.contenders import BATCH, CONTENDERS, ON_RAY, OURS
from export.rows.watch import Seen, watch
from training.report.words import NOTHING
from training.run.errors import CheckError
from training.run.files import ROOT, describe_file
from training.run.provenance import circumstances

SPLIT = "test"
Facts = dict[str, Any]


def measure_rows(
    stages: StaleStages,
    rows: int,
    repeats: int,
    ray: bool = False,
    table_rows: int = 0,
    earlier: Facts | None = None,
) -> Facts:
    """Classify ``rows`` texts by each contender, in turns.

    Args:
        ray: one and two workers of a Ray cluster on this machine, too.
        table_rows: of a table that our own job makes another of; 0 leaves it out.
        earlier: a record whose long table, which takes half an hour, is kept when it is left out.

    Raises:
        CheckError: a contender ended early, or our job lost a row.
    """
    stages.calibration()
    int8 = describe_file(stages.artifact.onnx_quantized)
    texts = list(islice(cycle(stages.data.splits[SPLIT]["text"]), rows))
    names = [*CONTENDERS, *(ON_RAY if ray else ())]
    runs: dict[str, list[Facts]] = {name: [] for name in names}
    with tempfile.TemporaryDirectory(prefix="rows-") as made:
        place = Path(made)
        (place / "texts.json").write_text(json.dumps(texts), encoding="utf-8")
        write_folder(stages.artifact, place / "folder")
        for _ in range(repeats):
            for name, found in runs.items():
                found.append(_run(name, stages.artifact.path, place))
        labels = runs[OURS][0]["labels"]
        facts = {name: _facts(found, labels) for name, found in runs.items()}
        if table_rows:
            one = _table(stages, texts, labels, table_rows, place)
        else:
            one = _kept(earlier, int8)
    return {
        "run": stages.artifact.name,
        "data": stages.data.provenance.reference(),
        "split": SPLIT,
        "rows": rows,
        "repeats": repeats,
        "batch_size": BATCH,
        "onnx_int8": int8,
        "contenders": {name: facts[name] for name in CONTENDERS},
        **({"ray": {str(count): facts[name] for name, count in ON_RAY.items()}} if ray else {}),
        **({"table": one} if one else {}),
        **circumstances(),
    }


def _kept(record: Facts | None, int8: Facts) -> Facts | None:
    """The long table of a record of the same file, with when it was measured."""
    if not record or "table" not in record or record["onnx_int8"] != int8:
        return None
    when = ("timestamp", "commit", "machine", "versions")
    return {key: record[key] for key in when if key in record} | record["table"]


def _facts(found: list[Facts], labels: list[str]) -> Facts:
    rates = [len(labels) / run["seconds"] for run in found]
    same = sum(a == b for a, b in zip(found[0]["labels"], labels, strict=True))
    starts = [run["start_seconds"] for run in found if "start_seconds" in run]
    return {
        "rows_per_second": {"median": median(rates), "all": rates},
        "peak_megabytes": max(run["seen"].peak_bytes for run in found) / 1e6,
        "cpu_use": median(run["seen"].cpu_use for run in found),
        "same_label": same / len(labels),
        **({"start_seconds": {"median": median(starts), "all": starts}} if starts else {}),
    }


def _run(name: str, run: Path, place: Path) -> Facts:
    command = [sys.executable, "-m", "export.rows.contenders", name, str(run.absolute())]
    files = [str(place / "folder"), str(place / "texts.json")]
    try:
        seen = _watched([*command, *files], place)
    except CheckError as error:
        raise CheckError(f"{name}: {error}") from error
    return json.loads(seen.out.strip().splitlines()[-1]) | {"seen": seen}


def _watched(command: list[str], place: Path) -> Seen:
    return watch(command, os.environ | {"PYTHONPATH": os.pathsep.join(_paths())}, place / "log")


def _paths() -> list[str]:
    return [str(ROOT), *filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))]


def _table(
    stages: StaleStages, texts: Sequence[str], labels: list[str], rows: int, place: Path
) -> Facts:
    """Our own command on a CSV table of so many rows, made by repeating the texts."""
    source, target = place / "table.csv", place / "answers.parquet"
    with source.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "text"])
        writer.writerows(enumerate(islice(cycle(texts), rows)))
    script = [sys.executable, str(ROOT / "scripts" / "classify.py"), str(source), str(target)]
    options = ["--run", str(stages.artifact.path.absolute()), "--column", "text"]
    seen = _watched([*script, *options], place)
    found = pq.read_table(target, columns=["id", "label"])
    if found["id"].to_pylist() != [str(n) for n in range(rows)]:
        raise CheckError(f"the table of {rows:,} rows came out with others, or in another order")
    expected = islice(cycle(labels), rows)
    same = sum(a == b for a, b in zip(found["label"].to_pylist(), expected, strict=True))
    return {
        "rows": rows,
        "seconds": seen.seconds,
        "rows_per_second": rows / seen.seconds,
        "peak_megabytes": seen.peak_bytes / 1e6,
        "cpu_use": seen.cpu_use,
        "same_label": same / rows,
    }


def table(record: Facts) -> list[list[str]]:
    """A row for each contender, as a README shows it."""
    ours = record["contenders"][OURS]["rows_per_second"]["median"]
    return [
        [
            name,
            f"{facts['rows_per_second']['median']:,.0f}",
            f"{ours / facts['rows_per_second']['median']:.1f} ×",
            f"{facts['peak_megabytes']:,.0f} MB",
            f"{facts['cpu_use']:.0%}" if "cpu_use" in facts else NOTHING,
            f"{facts['same_label']:.1%}",
        ]
        for name, facts in record["contenders"].items()
    ]
