import json
from pathlib import Path

import pytest

from tests.tiny import make_soups, make_tiny_config
from training.bases.resolve import resolve_base
from training.data.load import load_data
from training.ladder.climb import Rung, climb, load_ladder, open_tasks
from training.ladder.plot import table, write_plot
from training.ladder.record import load_record, made_from, summarize
from training.run.config import load_config
from training.run.errors import InputError
from training.run.files import ROOT

LADDER = """
- {name: low, what: plain, train: {epochs: 1, learning_rate: 0.005, max_length: 32}, seeds: [1, 2]}
- {name: high, what: longer, above: low, train: {epochs: 2}, seeds: [1]}
"""


@pytest.fixture
def rungs(tmp_path: Path) -> list[Rung]:
    path = tmp_path / "ladder.yaml"
    path.write_text(LADDER)
    return load_ladder(path)


def test_a_rung_has_what_the_one_below_has(rungs: list[Rung]) -> None:
    assert rungs[1].train == {"epochs": 2, "learning_rate": 0.005, "max_length": 32}


def test_the_committed_ladder_can_be_climbed() -> None:
    rungs = load_ladder(ROOT / "training" / "ladder" / "ladder.yaml")
    assert len(open_tasks(rungs, {"rungs": {}})) == sum(len(rung.seeds) for rung in rungs)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("- {name: a}", "not a list of rungs"),
        ("- {name: a, what: x, color: red}", "not a list of rungs"),
        ("- {name: a, what: x, above: b}", "rung 'a' stands twice, or on 'b'"),
        ("- {name: a, what: x}\n- {name: a, what: y}", "rung 'a' stands twice"),
    ],
)
def test_a_broken_ladder_is_refused(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "l.yaml").write_text(text)
    with pytest.raises(InputError, match=message) as got:
        load_ladder(tmp_path / "l.yaml")
    assert "\n" not in str(got.value)


def test_an_unknown_setting_is_named() -> None:
    with pytest.raises(InputError, match=r"rung 'a'.*epoch"):
        open_tasks([Rung("a", "x", {"epoch": 2})], {"rungs": {}})


def test_every_rung_comes_before_the_second_seed(rungs: list[Rung]) -> None:
    order = [(task.rung.name, task.recipe.seed) for task in open_tasks(rungs, {"rungs": {}})]
    assert order == [("low", 1), ("high", 1), ("low", 2)]


@pytest.mark.slow
def test_each_training_is_on_record_at_once(
    rungs: list[Rung], tmp_path: Path, tiny_base: Path
) -> None:
    config_file = make_tiny_config(tmp_path / "run.yaml", tiny_base)
    config = load_config(config_file)
    data = load_data(config.data, make_soups(tmp_path))
    facts = made_from(resolve_base(config.base), data)
    record, work = tmp_path / "run" / "ladder.json", tmp_path / "work"
    work.mkdir()
    tasks = open_tasks(rungs, load_record(record))
    for task in tasks:
        run = climb(task, config, config_file, data, facts, record, work)
        assert run in load_record(record)["rungs"][task.rung.name]["runs"]
    assert open_tasks(rungs, load_record(record)) == []
    assert {path.name for path in work.iterdir()} == {".work"}
    found = json.loads(record.read_text())
    low = found["rungs"]["low"]
    assert low["seeds"] == 2 and low["sd_macro_f1"] is not None
    assert low["mean_macro_f1"] == pytest.approx(
        sum(run["validation_macro_f1"] for run in low["runs"]) / 2
    )
    changed = [Rung("low", "plain", rungs[0].train | {"epochs": 3}, seeds=[1])]
    assert len(open_tasks(changed, found)) == 1
    assert "low" not in table(found, changed), "what another recipe gave is not the rung's"
    with pytest.raises(InputError, match="made from other base, so new ones cannot stand"):
        climb(tasks[0], config, config_file, data, facts | {"base": "0" * 64}, record, work)
    assert json.loads(record.read_text()) == found
    lines = table(found, rungs).splitlines()
    assert len(lines) == 4 and "| high | longer | 1 |" in lines[3]
    svg = write_plot(found, rungs, tmp_path / "ladder.svg").read_text()
    assert svg.startswith("<?xml") and svg.count("<use ") >= 3


def test_spread_is_of_a_sample() -> None:
    runs = [
        {"validation_macro_f1": f1, "validation_accuracy": 0.5, "train_seconds": 60}
        for f1 in (0.5, 0.52, 0.54)
    ]
    assert summarize(runs)["sd_macro_f1"] == pytest.approx(0.02)
    assert summarize(runs[:1])["sd_macro_f1"] is None
