"""A record shows what was trained by the recipe, base, data and code asked for, nothing else."""

import json
import runpy
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from tests.tiny import make_soups, make_tiny_config
from training.bases.resolve import Base
from training.data.load import LabelledData, Provenance, load_data
from training.ladder import LADDER, RECORD
from training.ladder.climb import Rung, load_ladder, open_tasks
from training.ladder.plot import rows_of, table
from training.ladder.record import made_from, open_record, record_of, runs_of
from training.run.artifact import ARTIFACTS_DIR
from training.run.config import TrainConfig, config_path, load_config
from training.run.errors import InputError
from training.run.files import ROOT, read_json

BASE = Base(Path("base"), "directory", "base", None, "a" * 64)


@pytest.fixture
def data(tmp_path: Path, tiny_base: Path) -> LabelledData:
    config = load_config(make_tiny_config(tmp_path / "run.yaml", tiny_base))
    return load_data(config.data, make_soups(tmp_path))


def training(recipe: TrainConfig, macro_f1: float) -> dict:
    scores = {"validation_macro_f1": macro_f1, "validation_accuracy": 0.5, "train_seconds": 60.0}
    return {"recipe": asdict(recipe), **scores}


def test_an_edited_rung_does_not_show_what_it_gave_before() -> None:
    old, new = TrainConfig(epochs=1, seed=1), TrainConfig(epochs=3, seed=1)
    record = {"rungs": {"low": {"runs": [training(old, 0.1), training(new, 0.3)]}}}
    rung = Rung("low", "plain", {"epochs": 3}, seeds=[1])
    ((_, row),) = rows_of(record, [rung])
    assert (row["seeds"], row["mean_macro_f1"]) == (1, 0.3)
    edited = replace(rung, train={"epochs": 2})
    assert rows_of(record, [edited]) == [] and len(open_tasks([edited], record)) == 1
    above = Rung("high", "more", {"epochs": 3}, above="low", seeds=[1])
    record["rungs"]["high"] = {"runs": [training(new, 0.5)]}
    assert "+0.2000" in table(record, [rung, above])
    assert "+" not in table(record, [edited, above]), "no gain over what was not measured"


def test_minutes_on_a_gpu_are_said_to_be_of_one() -> None:
    recipes = [TrainConfig(seed=seed) for seed in (1, 2)]
    on_cpu, on_gpu = (training(recipe, 0.1) for recipe in recipes)
    on_cpu["device"], on_gpu["device"] = None, "Some GPU"
    rungs = [Rung("cpu", "", seeds=[1]), Rung("gpu", "", seeds=[2])]
    record = {"rungs": {"cpu": {"runs": [on_cpu]}, "gpu": {"runs": [on_gpu]}}}
    cells = [line.split(" | ")[-1] for line in table(record, rungs).splitlines()[2:]]
    assert cells == ["1 |", "1 on Some GPU |"]
    on_cpu["device"] = "cpu"
    assert "| 1 |" in table(record, rungs[:1])


def test_settings_that_came_or_went_leave_old_recipes_readable() -> None:
    recipe = TrainConfig(seed=1)
    old = training(recipe, 0.1)
    del old["recipe"]["students"]
    record = {"rungs": {"low": {"runs": [old]}}}
    old["recipe"]["gone"] = False
    assert runs_of(record, "low", [recipe]) == [old]
    old["recipe"]["gone"] = 0.5
    assert runs_of(record, "low", [recipe]) == []


def test_the_committed_record_holds_the_committed_ladder() -> None:
    rungs, record = load_ladder(LADDER), read_json(RECORD)
    assert open_tasks(rungs, record) == []
    for rung, row in rows_of(record, rungs):
        written = record["rungs"][rung.name]
        assert {key: written[key] for key in row} == row


def test_trainings_of_something_else_do_not_share_a_record(
    data: LabelledData, tmp_path: Path
) -> None:
    path = tmp_path / "ladder.json"
    facts = made_from(BASE, data)
    assert open_record(path, facts) == {"rungs": {}, "made_from": facts}
    path.write_text(json.dumps({"rungs": {}, "made_from": facts}))
    assert open_record(path, made_from(replace(BASE, path=tmp_path), data))["made_from"] == facts

    def of(**changes: object) -> LabelledData:
        provenance: Provenance = replace(data.provenance, **changes)
        return replace(data, provenance=provenance)

    for what, other in {
        "base": made_from(replace(BASE, sha256="b" * 64), data),
        "data": made_from(BASE, of(fingerprint="0")),
        "contexts": made_from(BASE, of(context={"fingerprint": "0"})),
        "labels": made_from(BASE, replace(data, labels=data.labels[::-1])),
        "code": facts | {"code": "0"},
    }.items():
        with pytest.raises(InputError, match=rf"made from other {what}, .*--record.*--show"):
            open_record(path, other)
    path.write_text(json.dumps({"rungs": {}}))
    with pytest.raises(InputError, match="do not say from what"):
        open_record(path, facts)


def test_only_the_committed_ladder_goes_into_the_committed_record(tmp_path: Path) -> None:
    ours, theirs = config_path("minilm_v3"), config_path("minilm")
    assert record_of(ours, "minilm_v3", LADDER, None) == RECORD
    for config, run, ladder, base in (
        (theirs, "minilm_v1", LADDER, None),
        (ours, "minilm_v3", tmp_path / "ladder.yaml", None),
        (ours, "minilm_v3", LADDER, "another/base"),
    ):
        assert record_of(config, run, ladder, base) == ARTIFACTS_DIR / run / "ladder.json"


def test_the_script_shows_a_record_and_draws_beside_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main = runpy.run_path(str(ROOT / "scripts" / "study" / "ablate.py"))["main"]
    record = tmp_path / "ladder.json"
    assert main(["--show", "--record", str(record)]) == 2
    assert "no such record" in capsys.readouterr().err
    record.write_text(RECORD.read_text(encoding="utf-8"), encoding="utf-8")
    assert main(["--show", "--record", str(record)]) == 0
    assert "| own_label |" in capsys.readouterr().out
    assert (tmp_path / "ladder.svg").is_file()
