"""Two workers make a folder of files: every row once, also when one of them is killed half-way."""

import csv
import os
import re
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pyarrow.parquet as pq
import pytest
from ray.cluster_utils import Cluster

from export.rows import cluster as module
from export.rows.cluster import Work, classify_on_cluster
from export.rows.command import Request, classify_file
from export.rows.scorer import WINDOW, Model
from export.rows.writers import Output
from training.data.sources import SAMPLE_DIR
from training.run.errors import CheckError, InputError
from training.run.files import ROOT

pytestmark = pytest.mark.slow
ROWS = 16 * WINDOW
BAD = {7: "", 2050: " ", 4000: "a\0b"}


def write_rows(path: Path, first: int, count: int) -> None:
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "text"])
        for n in range(first, first + count):
            writer.writerow([n, BAD.get(n, f"I was {'so ' * (n % 7)}happy, number {n}")])


@pytest.fixture(scope="module")
def cluster() -> Iterator[str]:
    """A head that computes nothing, and two machines of one processor."""
    quiet = {"include_dashboard": False}
    made = Cluster(initialize_head=True, head_node_args={"num_cpus": 0, **quiet})
    for _ in range(2):
        made.add_node(num_cpus=1)
    yield made.address
    made.shutdown()


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "in"
    folder.mkdir()
    write_rows(folder / "a.csv", 0, ROWS // 2)
    write_rows(folder / "b.csv", ROWS // 2, ROWS // 2)
    (folder / "_SUCCESS").touch()
    return folder


def answers_in(folder: Path) -> list[dict[str, Any]]:
    return [row for file in sorted(folder.iterdir()) for row in pq.read_table(file).to_pylist()]


def ask(calibrated: Path, source: Path | str, target: Path | str, ray: str | None) -> int:
    run, data = str(calibrated), SAMPLE_DIR
    workers = 2 if ray is None else None
    return classify_file(
        Request(str(source), str(target), run, data, top=2, ray=ray, workers=workers)
    )


def actors() -> list[psutil.Process]:
    found = psutil.process_iter(["cmdline"])
    return [p for p in found if "MapWorker" in " ".join(p.info["cmdline"] or [])]


def kill_one_half_way(stage: Path, killed: list[int]) -> None:
    """End a worker as soon as two parts are written; note how many there were."""
    while len(parts := list(stage.glob("[!.]*.parquet"))) < 2:
        time.sleep(0.01)
    actors()[0].kill()
    killed.append(len(parts))


def test_a_killed_worker_costs_no_row_and_doubles_none(
    cluster: str, source: Path, calibrated: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target, killed = source.with_name("out"), []
    stage = source.with_name(".out.parts")
    accident = threading.Thread(target=kill_one_half_way, args=(stage, killed), daemon=True)
    accident.start()
    assert ask(calibrated, source, target, cluster) == ROWS
    said = capsys.readouterr().err
    assert killed[0] < ROWS // WINDOW - 2
    assert re.search(r"2 rows without an answer: an empty text \(a\.csv, line \d+, a\.csv, ", said)
    assert "1 row without an answer: a NUL character (a.csv, line 4002)" in said
    rows = answers_in(target)
    assert [int(row["id"]) for row in rows] == list(range(ROWS))
    assert sorted(path.name for path in source.parent.iterdir()) == ["in", "out"]
    for name, half in (("a", rows[: ROWS // 2]), ("b", rows[ROWS // 2 :])):
        here = source.with_name(f"{name}.parquet")
        ask(calibrated, source / f"{name}.csv", here, None)
        assert pq.read_table(here).to_pylist() == half


def test_workers_bring_neither_the_code_nor_the_model(
    cluster: str, model: Model, source: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """What they run came through the cluster: a change of it is seen, and no path of ours is."""
    import ray

    found: list[tuple[str, str]] = []
    here = {str(ROOT), ""}

    def look(*_: object) -> Iterator[dict[str, Any]]:
        @ray.remote(num_cpus=1)
        class Actor:
            def __init__(self, sent: list[ray.ObjectRef]) -> None:
                os.chdir("/")
                from export.rows.scorer import Scorer

                self.score = Scorer(ray.get(sent[0]))

            def answer(self) -> tuple[str, str]:
                # On another machine there is no folder of ours, installed or not.
                sys.path[:] = [path for path in sys.path if path not in here]
                for name in [name for name in sys.modules if name.partition(".")[0] == "export"]:
                    del sys.modules[name]
                import export

                return str(export.__file__), self.score(["I was happy"])[0].scores[0][0]

        found.append(ray.get(Actor.remote([ray.put(model)]).answer.remote()))
        return iter([])

    monkeypatch.setattr(module, "_answered", look)
    work = Work([], str(tmp_path / "none"), None, Output("parquet"))
    classify_on_cluster(work, model, cluster, print)
    place, label = found[0]
    assert "runtime_resources" in place and label in model.labels


def test_a_uri_is_read_and_written_and_says_when_it_is_complete(
    cluster: str, source: Path, calibrated: Path
) -> None:
    (source / "b.csv").unlink()
    target = source.with_name("out")
    assert ask(calibrated, f"file://{source}", f"file://{target}", cluster) == ROWS // 2
    assert (target / "_SUCCESS").is_file()
    (target / "_SUCCESS").unlink()
    assert [int(row["id"]) for row in answers_in(target)] == list(range(ROWS // 2))


def test_what_a_worker_finds_wrong_is_one_sentence(
    cluster: str, source: Path, calibrated: Path
) -> None:
    (source / "b.csv").write_text("id,other\n1,a\n")
    target = source.with_name("out")
    with pytest.raises(InputError, match=r"b\.csv: several columns and none named 'text'"):
        ask(calibrated, source, target, cluster)
    assert [path.name for path in source.parent.iterdir()] == ["in"]


def test_another_onnxruntime_is_not_asked(
    cluster: str, source: Path, calibrated: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("onnxruntime.__version__", "1.0")
    with pytest.raises(CheckError, match=r"a worker has onnxruntime .*, this machine 1\.0"):
        ask(calibrated, source, source.with_name("out"), cluster)
