"""The benchmark of the page: what it counts, what it computes, and one run of it."""

import runpy
import subprocess
from pathlib import Path

import pytest

from export.bench import measure
from export.bench.browse import Visitor, open_page
from export.bench.contenders import CONTENDERS, OURS, PEER, PEER_PACKAGES
from export.bench.record import bench, draw
from export.bench.sites import HERE
from export.bench.summary import agreement, ratios, summarize, summarize_latency
from export.bench.table import contender_table
from export.browser.launch import launch_browser
from export.browser.server import serve
from export.pipeline import StaleStages
from export.site.build import WEB_DIR
from export.site.npm import install_packages, node_command
from tests.conftest import REAL_DIR
from training.run.artifact import Artifact
from training.run.errors import CheckError
from training.run.files import ROOT, sha256_of


def test_medians_keep_their_runs() -> None:
    assert summarize([3, 1, 2]) == {"median": 2, "runs": [3, 1, 2]}
    assert summarize([1.00049, 2]) == {"median": 1.5, "runs": [1.0, 2]}
    assert summarize_latency([[1, 2, 3], [5, 5, 5]]) == {
        "p50_ms": {"median": 3.5, "runs": [2.0, 5.0]},
        "p95_ms": {"median": 3.95, "runs": [2.9, 5.0]},
    }


def test_agreement_is_the_share_of_equal_labels() -> None:
    assert agreement(["a", "b", "c", "d"], ["a", "b", "c", "a"]) == 0.75
    with pytest.raises(ValueError, match="longer"):
        agreement(["a"], ["a", "b"])


def test_the_sample_is_the_same_each_time_and_never_larger_than_the_split() -> None:
    texts = [f"text {i}" for i in range(50)]
    assert draw(texts, 10) == draw(texts, 10)
    assert len(set(draw(texts, 10))) == 10
    assert sorted(draw(texts, 99)) == sorted(texts)


def median(value: float) -> dict:
    return {"median": value, "runs": [value]}


@pytest.fixture
def record() -> dict:
    ours = {
        "name": "this page, int8",
        "threads": 1,
        "batch": 1,
        "cold_bytes": median(25_000_000),
        "cold_ms": median(2000),
        "slow_ms": median(6000),
        "warm_ms": median(1000),
        "warm_threads": median(2),
        "p50_ms": median(12),
        "p95_ms": median(20),
        "texts_per_second": median(80),
    }
    peer = {
        "name": "peer, fp32",
        "threads": 1,
        "batch": 16,
        "cold_bytes": median(100_000_000),
        "p50_ms": median(18),
        "texts_per_second": median(40),
    }
    contenders = {OURS: ours, "peer_fp32": peer}
    return {
        "n": 200,
        "split": "test",
        "repeats": 5,
        "browser": "Chromium 1.2",
        "machine": {"processor": "Some", "cores": 2},
        "web_versions": {PEER: "4.3.1"},
        "contenders": contenders,
        "ratios": ratios(contenders, OURS),
    }


def test_ratios_are_of_what_both_have(record: dict) -> None:
    assert record["ratios"] == {
        "peer_fp32": {"cold_bytes": 4.0, "p50_ms": 1.5, "texts_per_second": 0.5}
    }


def test_tables_say_what_the_record_says(record: dict) -> None:
    lines = contender_table(record).splitlines()
    assert lines[2:4] == [
        "| **this page, int8** | 1 | 25.0 | 2.00 | 6.00 | 1.00 | 12.0 | 20.0 | 80 |",
        "| peer, fp32 | 1 | 100.0 (4.00×) |  |  |  | 18.0 (1.50×) |  "
        "| 40 in batches of 16 (0.50×) |",
    ]
    assert lines[-1].startswith("Medians of 5 runs, 200 test texts;")
    assert f"{PEER} 4.3.1" in lines[-1] and "Chromium 1.2, Some, 2 cores" in lines[-1]
    assert lines[-1].endswith(". The second visit of this page is on 2 threads.")
    assert len({line.count("|") for line in lines[:4]}) == 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--run", "absent"], "no run 'absent'"),
        (["--texts", "0"], "--texts 0: give at least 1"),
        (["--repeats", "-1"], "--repeats -1: give at least 1"),
        (["--record", "/absent/x.json"], "/absent: no such directory"),
    ],
    ids=lambda value: value[0].strip("-") if isinstance(value, list) else "",
)
def test_bad_input_is_told_before_anything_is_built(
    arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    main = runpy.run_path(str(ROOT / "scripts" / "study" / "bench_web.py"))["main"]
    assert main(arguments) == 2
    assert words in capsys.readouterr().err


@pytest.mark.slow
def test_a_request_to_elsewhere_and_a_page_that_fails_are_errors(tmp_path: Path) -> None:
    script = "globalThis.bench = { ready: Promise.%s }"
    for name, outcome in (("good", "resolve(1)"), ("bad", 'reject(new Error("it broke"))')):
        (tmp_path / f"{name}.js").write_text(script % outcome)
        (tmp_path / f"{name}.html").write_text(f"<script src={name}.js></script>")
    # By name this machine is another origin, and no request to it leaves.
    with (tmp_path / "good.html").open("a") as file:
        file.write("<img src=http://localhost:1/pixel.png>")
    with serve(tmp_path) as site, launch_browser() as browser:
        visitor = Visitor(browser)
        with visitor.context("text") as context:
            with pytest.raises(CheckError, match=r"bad\.html: .*it broke"):
                open_page(context, f"{site.address}bad.html")
            visitor.require_local()
            page, ready = open_page(context, f"{site.address}good.html")
            page.wait_for_load_state("load")
            assert ready == 1
        with pytest.raises(CheckError, match=r"left this machine: http://localhost:1/pixel\.png"):
            visitor.require_local()


@pytest.mark.slow
def test_types_of_the_pages_hold() -> None:
    install_packages(HERE, PEER_PACKAGES)
    install_packages(WEB_DIR)
    compiler = WEB_DIR / "node_modules" / "typescript" / "bin" / "tsc"
    command = [*node_command(), str(compiler), "--project", str(HERE)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout


@pytest.mark.slow
def test_a_small_run_measures_everything(
    browser_artifact: Artifact, monkeypatch: pytest.MonkeyPatch
) -> None:
    megabits = 400  # the true slow line would take half a minute
    monkeypatch.setattr(measure, "SLOW_LINE", megabits)
    record = bench(StaleStages(browser_artifact, REAL_DIR), 3, 1, stay=1)
    assert record["files"]["onnx_int8"]["sha256"] == sha256_of(browser_artifact.onnx_quantized)
    assert (record["n"], record["repeats"]) == (3, 1)
    assert record["contenders"].keys() == CONTENDERS.keys()
    for key, facts in record["contenders"].items():
        assert facts["threads"] >= 1
        assert 0 < facts["p50_ms"]["median"] <= facts["p95_ms"]["median"]
        assert facts["texts_per_second"]["median"] > 0
        visited = CONTENDERS[key].visit is not None
        for name in ("cold_ms", "slow_ms", "warm_ms"):
            assert (facts.get(name, {"median": 0})["median"] > 0) == visited
        if visited:
            on_the_line = facts["cold_bytes"]["median"] * 8 / (megabits * 1e3)  # milliseconds
            assert facts["slow_ms"]["median"] > 0.9 * on_the_line
    ours, peer = record["contenders"][OURS], record["contenders"]["peer_int8"]
    assert peer["same_label"] == 1.0
    # The store asks for nothing large a second time, and on the second visit for nothing.
    # Tools that are not open yet, card and golden texts are stored as well.
    assert ours["stored_bytes"]["median"] < 1.03 * ours["cold_bytes"]["median"]
    assert ours["warm_bytes"]["median"] == 0
    # The first visit is on one thread; the second is isolated by the service worker.
    assert 1 == ours["cold_threads"]["median"] <= ours["warm_threads"]["median"]
    assert record["ratios"]["peer_int8"]["cold_bytes"] > 1.5

    assert len(contender_table(record).splitlines()) == 2 + len(CONTENDERS) + 2
