"""The rule for the browser's run on made-up numbers, its table and its picture."""

import runpy
from pathlib import Path
from typing import Any

import pytest

from export.bench.contenders import PEER
from export.choice import RULE
from export.choice.plot import front, table, write_plot
from export.choice.record import measure_choice
from export.choice.rule import Rule, choose, eligible, load_rule
from export.pipeline import StaleStages
from tests.conftest import SAMPLE_DIR
from tests.tiny import Made
from training.run.errors import InputError
from training.run.files import ROOT, read_json, write_json

GOOD = "candidates: [a, b]\nwithin: 0.01\npeer: a\n"


def row(score: float, milliseconds: float) -> dict[str, Any]:
    quality = {"accuracy": score, "macro_f1": score, "agreement": 0.99}
    return {
        "layers": 6,
        "compressed_bytes": milliseconds * 1e6,
        "first_visit_bytes": 20_000_000,
        "p50_ms": {"median": milliseconds},
        "p50_of_peer": milliseconds / 10,
        "quality": {"validation": quality, "test": quality | {"macro_f1": 1 - score}},
    }


def rule_of(rows: dict[str, Any], within: float = 0.01) -> Rule:
    return Rule(candidates=list(rows), within=within, peer=next(iter(rows)))


def test_the_bundled_rule_can_be_read() -> None:
    rule = load_rule(RULE)
    assert len(rule.candidates) > 1 and 0 < rule.within < 0.1


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (GOOD + "fastest: true\n", "unknown key 'fastest'"),
        ("candidates: [a]\nwithin: 0.01\n", "the key 'peer' is missing"),
        (GOOD.replace("[a, b]", "[]"), "'candidates'"),
        (GOOD.replace("[a, b]", "[a, b, a]"), "the candidate 'a' stands there twice"),
        (GOOD.replace("0.01", "2"), "'within'"),
        (GOOD.replace("[a, b]", "[../a]"), "'candidates.0'"),
        ("- a", "expected a mapping"),
        ("a: [", "cannot be read as YAML"),
    ],
)
def test_a_broken_rule_is_refused(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "rule.yaml"
    path.write_text(text)
    with pytest.raises(InputError) as got:
        load_rule(path)
    assert words in str(got.value) and str(path) in str(got.value)
    assert "\n" not in str(got.value)


def test_the_fastest_that_is_good_enough_is_chosen() -> None:
    rows = {"best": row(0.58, 14), "near": row(0.571, 9), "quick": row(0.5699, 5)}
    assert eligible(rule_of(rows), rows) == ["best", "near"]
    assert choose(rule_of(rows), rows) == "near"
    assert choose(rule_of(rows, within=0.02), rows) == "quick"
    assert choose(rule_of(rows, within=0.0), rows) == "best"


def test_exactly_so_much_below_is_still_within() -> None:
    rows = {"best": row(0.58, 14), "edge": row(0.57, 9)}
    assert 0.58 - 0.57 > 0.01  # as floating-point numbers
    assert choose(rule_of(rows), rows) == "edge"


def test_of_equally_fast_ones_the_first_is_chosen() -> None:
    rows = {"b": row(0.571, 9), "a": row(0.58, 9)}
    assert choose(rule_of(rows), rows) == "b"


def test_test_scores_choose_nothing() -> None:
    rows = {"good": row(0.6, 14), "bad": row(0.5, 5)}  # on test the other way round
    assert choose(rule_of(rows), rows) == "good"


def test_nothing_is_chosen_among_others_than_the_candidates() -> None:
    rows = {"a": row(0.58, 14)}
    extra = rows | {"unlisted": row(0.7, 1)}
    assert choose(rule_of(rows), extra) == "a"
    with pytest.raises(InputError, match="no measurement of 'unlisted'"):
        choose(rule_of(extra), rows)


def test_the_front_is_what_nothing_beats() -> None:
    costs = {"small": 5, "worse": 6, "middle": 7, "same": 7, "large": 9}
    scores = {"small": 0.5, "worse": 0.4, "middle": 0.6, "same": 0.55, "large": 0.7}
    assert front(costs, scores) == ["small", "middle", "large"]


@pytest.fixture
def record() -> dict[str, Any]:
    rows = {"best": row(0.58, 14), "near": row(0.571, 9)}
    return {
        "rule": {"candidates": list(rows), "within": 0.01, "peer": "best"},
        "chosen": "near",
        "candidates": rows,
        "peer": {"run": "best", "first_visit_bytes": 51_300_000, "p50_ms": {"median": 10.0}},
        "repeats": 5,
        "n": 200,
        "split": "test",
        "browser": "Chromium 1.2",
        "machine": {"processor": "Some", "cores": 2},
        "web_versions": {PEER: "4.3.1"},
    }


def test_the_table_says_what_the_record_says(record: dict[str, Any]) -> None:
    lines = table(record).splitlines()
    cells = (
        "| **near** | 6 | 9.0 | 20.0 | 9.0 | 0.90× | 0.5710 | 0.4290 | 0.5710 | 0.5710 | 99.0% |"
    )
    assert lines[3] == cells
    assert lines[4].startswith("| *peer, best* |  |  | 51.3 | 10.0 |")
    assert len({line.count("|") for line in lines[:5]}) == 1
    assert f"{PEER} 4.3.1" in lines[-1] and "Chromium 1.2, Some, 2 cores" in lines[-1]


def test_the_picture_is_the_same_each_time(record: dict[str, Any], tmp_path: Path) -> None:
    first = write_plot(record, tmp_path / "a.svg").read_text()
    assert first == write_plot(record, tmp_path / "b.svg").read_text()
    record["candidates"]["best"]["p50_ms"]["median"] = 20
    assert first != write_plot(record, tmp_path / "c.svg").read_text()


@pytest.mark.parametrize("script", ["choose", "growth"])
@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--texts", "0"], "--texts 0: give at least 1"),
        (["--record", "/absent/x.json"], "/absent: no such directory; the record goes there"),
        (["--plot", "/absent/x.svg"], "/absent: no such directory; the picture goes there"),
    ],
    ids=["texts", "record", "plot"],
)
def test_bad_input_is_told_before_anything_is_measured(
    script: str, arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    main = runpy.run_path(str(ROOT / "scripts" / "study" / f"{script}.py"))["main"]
    assert main(arguments) == 2
    assert words in capsys.readouterr().err


@pytest.mark.slow
def test_a_small_run_measures_everything(exported: Made, tmp_path: Path) -> None:
    stages = StaleStages(exported.copy(), SAMPLE_DIR)
    name = stages.artifact.name
    rule = Rule(candidates=[name], within=0.01, peer=name)
    write_json(tmp_path / "choice.json", measure_choice(rule, {name: stages}, 2, 1))
    record = read_json(tmp_path / "choice.json")
    assert record["chosen"] == name == choose(Rule(**record["rule"]), record["candidates"])
    found = record["candidates"][name]
    assert found["threads"] == 1 and found["layers"] == 2
    assert 0 < found["compressed_bytes"] < found["first_visit_bytes"]
    assert found["p50_of_peer"] > 0
    assert found["quality"].keys() == {"validation", "test"}
    assert record["peer"]["q8"] != found["onnx_int8"] or stages.config.quantize.method == "dynamic"
    assert name in table(record)
