"""A folder of checkpoints belongs to one training: what decides the outcome names it."""

import ast
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from datasets import Dataset
from transformers import TrainingArguments

from tests.tiny import make_soups, make_tiny_config
from tests.training.fit.test_distributed import torchrun
from training.bases.resolve import resolve_base
from training.data.load import LabelledData, load_data
from training.fit import arguments, checkpoints
from training.fit.arguments import training_arguments
from training.fit.checkpoints import FIT_CODE, last_checkpoint, work_dir
from training.fit.targets import examples_sha256
from training.run.config import TrainConfig, load_config
from training.run.files import ROOT

RECIPE = TrainConfig()


@pytest.fixture
def data(tmp_path: Path, tiny_base: Path) -> LabelledData:
    config = load_config(make_tiny_config(tmp_path / "run.yaml", tiny_base))
    return load_data(config.data, make_soups(tmp_path))


@pytest.fixture
def base(tmp_path: Path, tiny_base: Path) -> Path:
    return Path(shutil.copytree(tiny_base, tmp_path / "base"))


def folder(tmp_path: Path, base: Path, data: LabelledData, recipe: TrainConfig = RECIPE) -> Path:
    return work_dir(
        tmp_path, "teachers", recipe, training_arguments(recipe), data, resolve_base(str(base))
    )


def test_the_same_training_finds_its_folder_again(
    tmp_path: Path, base: Path, data: LabelledData
) -> None:
    assert folder(tmp_path, base, data) == folder(tmp_path, base, data)
    for name in ("README.md", "test_metrics.json", "notes.txt"):
        (base / name).write_text("said of it, not read by it")
    assert folder(tmp_path, base, data) == folder(tmp_path, base, data)
    assert len(list((tmp_path / ".work").iterdir())) == 1


@pytest.mark.parametrize("file", ["tokenizer.json", "tokenizer_config.json", "config.json"])
def test_other_files_of_the_base_are_another_training(
    tmp_path: Path, base: Path, data: LabelledData, file: str
) -> None:
    before = folder(tmp_path, base, data)
    (base / file).write_text((base / file).read_text() + " ")
    assert folder(tmp_path, base, data) != before


def test_labels_in_another_order_are_another_training(
    tmp_path: Path, base: Path, data: LabelledData
) -> None:
    turned = replace(data, labels=data.labels[::-1])
    assert folder(tmp_path, base, data) != folder(tmp_path, base, turned)


@pytest.mark.parametrize("change", [{"max_length": 64}, {"pooling": "mean"}, {"seed": 1}])
def test_another_recipe_is_another_training(
    tmp_path: Path, base: Path, data: LabelledData, change: dict[str, object]
) -> None:
    assert folder(tmp_path, base, data) != folder(tmp_path, base, data, replace(RECIPE, **change))


def test_precision_processes_libraries_and_code_are_told_apart(
    tmp_path: Path, base: Path, data: LabelledData, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = []
    for fast in (True, False):
        monkeypatch.setattr(arguments, "_bf16_is_fast", lambda fast=fast: fast)
        found.append(folder(tmp_path, base, data))
    with monkeypatch.context() as patch:
        patch.setattr(TrainingArguments, "world_size", property(lambda self: 2))
        found.append(folder(tmp_path, base, data))
    with monkeypatch.context() as patch:
        patch.setattr(checkpoints, "package_versions", lambda names: dict.fromkeys(names, "0"))
        found.append(folder(tmp_path, base, data))
    monkeypatch.setattr(checkpoints, "FIT_CODE_SHA256", "another")
    found.append(folder(tmp_path, base, data))
    assert len(set(found)) == 5


def test_other_examples_are_told_apart() -> None:
    def made(share: float) -> Dataset:
        targets = [np.array([share, 1 - share], dtype=np.float32)]
        return Dataset.from_dict({"text": ["a"], "label": [0], "targets": targets})

    assert examples_sha256(made(0.5)) == examples_sha256(made(0.5))
    assert examples_sha256(made(0.5)) != examples_sha256(made(0.25))
    assert examples_sha256(made(0.5)) != examples_sha256(made(0.5).remove_columns("targets"))


def imported(name: str) -> set[str]:
    """Files below ``training`` that one of them imports."""
    tree = ast.parse((ROOT / "training" / name).read_text())
    modules = [n.module for n in ast.walk(tree) if isinstance(n, ast.ImportFrom) and n.module]
    inner = [m.split(".")[1:] for m in modules if m.startswith("training.")]
    return {f"{'/'.join(parts)}.py" for parts in inner}


def test_the_code_of_a_training_is_listed_whole() -> None:
    # These find, check, write or describe; what they bring into a training is told by its content.
    harmless = {
        "bases/resolve.py",
        "data/load.py",
        "fit/write.py",
        "measure/bootstrap.py",
        "fit/texts.py",
        "data/unlabelled.py",
    }
    closed, todo = set(), {"fit/finetune.py"}
    while todo:
        name = todo.pop()
        closed.add(name)
        todo |= {n for n in imported(name) if not n.startswith("run/")} - closed - harmless
    assert {f"training/{name}" for name in closed} == set(FIT_CODE)


PROGRAM = """
import os, sys, time
from pathlib import Path
from training.fit import checkpoints
from training.fit.arguments import training_arguments
from training.run.config import TrainConfig

work, notes = map(Path, sys.argv[1:])
rank, remove = os.environ["RANK"], checkpoints.shutil.rmtree

def slow(folder):
    time.sleep(0.05)
    remove(folder)
    with (notes / "removed").open("a") as file:
        print(rank, file=file)

checkpoints.shutil.rmtree = slow
arguments = training_arguments(TrainConfig())
(notes / rank).write_text(str(checkpoints.last_checkpoint(work, arguments)))
"""


@pytest.mark.slow
def test_one_process_removes_while_the_others_wait(tmp_path: Path) -> None:
    work, notes = tmp_path / "work", tmp_path / "notes"
    notes.mkdir()
    for step in range(9):
        (work / f"checkpoint-{step}").mkdir(parents=True)
    (work / "checkpoint-4" / "trainer_state.json").write_text("{}")
    (tmp_path / "program.py").write_text(PROGRAM)
    process = torchrun(tmp_path / "program.py", work, notes, folder=notes)
    assert process.wait(timeout=300) == 0, (notes / "log").read_text()
    assert (notes / "removed").read_text() == "0\n" * 8
    found = {(notes / rank).read_text() for rank in ("0", "1")}
    assert found == {str(work / "checkpoint-4")}


def test_what_was_half_written_is_removed_and_the_last_whole_one_found(tmp_path: Path) -> None:
    work = tmp_path / "work"
    assert last_checkpoint(work, training_arguments(RECIPE)) is None
    for step in (1, 2, 3):
        (work / f"checkpoint-{step}").mkdir()
    for step in (1, 2):
        (work / f"checkpoint-{step}" / "trainer_state.json").write_text("{}")
    assert last_checkpoint(work, training_arguments(RECIPE)) == str(work / "checkpoint-2")
    assert sorted(path.name for path in work.iterdir()) == ["checkpoint-1", "checkpoint-2"]
