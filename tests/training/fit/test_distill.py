import json
import runpy
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from transformers import AutoTokenizer, BertModel

from tests.tiny import kill_after_an_epoch, tiny_bert
from tests.training.fit.test_distributed import torchrun
from training.bases.derived import DERIVATION, DISTILLED, MINILM_L12, TINYBERT
from training.bases.packaged import MINILM
from training.bases.resolve import base_name, resolve_base
from training.bases.stack import stack_twice
from training.bases.student import Student
from training.data.readers import read_texts
from training.data.sources import SAMPLE_DIR
from training.fit import distill
from training.fit.distance import Distiller
from training.fit.distill import distill_base
from training.run.config import DistillConfig
from training.run.errors import InputError
from training.run.files import ROOT

SAMPLE = SAMPLE_DIR / "train.csv"
SHORT = DistillConfig(epochs=2, batch_size=64, max_length=16)


@pytest.fixture(autouse=True)
def few_texts_to_prune_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(distill, "_PRUNING_TEXTS", 8)


@pytest.fixture(scope="module")
def texts() -> list[str]:
    return read_texts(SAMPLE, "situation")


@pytest.mark.slow
@pytest.mark.parametrize(
    "name, method", [(TINYBERT, "pruned, then distilled"), (MINILM_L12, "stacked, then distilled")]
)
def test_the_student_learns_and_becomes_a_base(
    texts: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, method: str
) -> None:
    shape = name.split("/")[-1]
    out = tmp_path / shape
    made = distill_base(name, [*texts, texts[0], "  "], "sample", SHORT, out)
    assert json.loads((out / DERIVATION).read_text()) == made
    assert (made["stands_for"], made["method"]) == (name, method)
    assert made["texts"]["n"] == len(set(texts))
    steps = [row["step"] for row in made["held_out_loss"]]
    losses = [row["loss"] for row in made["held_out_loss"]]
    assert steps[0] == 0 and len(steps) == 3
    assert losses[0] > losses[1] > losses[2]
    assert [path.name for path in tmp_path.iterdir()] == [out.name]

    monkeypatch.setattr("training.bases.derived.derived.__defaults__", (tmp_path,))
    base = resolve_base(f"offline:{name}")
    assert (base.source, base.id) == ("derived", MINILM)
    assert base_name(base.record()) == f"{MINILM} in the shape of {shape}"
    model = BertModel.from_pretrained(base.path)
    assert model.config.num_hidden_layers == len(made["layers"])
    assert model.config.hidden_dropout_prob == 0.1  # switched off for distillation only
    assert AutoTokenizer.from_pretrained(base.path)("a text")["input_ids"][0] == 101


@pytest.mark.parametrize("base, method", [(TINYBERT, "pruned"), (MINILM_L12, "stacked")])
def test_without_epochs_nothing_is_learnt(
    texts: list[str], tmp_path: Path, base: str, method: str
) -> None:
    config = DistillConfig(epochs=0, max_length=16)
    made = distill_base(base, texts, "sample", config, tmp_path / "b")
    assert made["method"] == method
    assert [row["step"] for row in made["held_out_loss"]] == [0]


def distance(distiller: Distiller) -> float:
    ids = torch.tensor([[2, 5, 7, 3]])
    with torch.no_grad():
        return float(distiller(ids, torch.ones_like(ids), torch.zeros_like(ids)))


def test_only_the_layers_that_are_to_learn_count() -> None:
    teacher = tiny_bert()
    stacked = stack_twice(teacher)
    with torch.no_grad():
        for layer in stacked.model.encoder.layer[1:]:
            layer.output.LayerNorm.weight.zero_()
    assert distance(Distiller(stacked._replace(learns={0: 0}), teacher)) < 1e-6
    assert distance(Distiller(stacked._replace(learns={0: 0, 3: 1}), teacher)) > 0.1


def test_states_of_the_same_size_are_compared_as_they_are() -> None:
    teacher = tiny_bert()
    stacked = stack_twice(teacher)
    names = [name for name, _ in Distiller(stacked, teacher).named_parameters()]
    assert all(name.startswith("student.") for name in names)
    fewer = stacked._replace(features=list(range(7)))
    assert Distiller(fewer, teacher).projection.weight.shape == (8, 7)


def test_the_teacher_goes_where_the_student_goes() -> None:
    teacher = tiny_bert()
    student = Student(tiny_bert(), [0, 1], list(range(8)), {0: 0, 1: 1})
    distiller = Distiller(student, teacher)
    distiller.to("meta")
    assert {weights.device.type for weights in teacher.parameters()} == {"meta"}
    assert not [name for name in distiller.state_dict() if "teacher" in name]


def test_too_few_texts_are_refused_and_nothing_is_left(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"few\.txt: 1 different texts; give at least 100"):
        distill_base(TINYBERT, ["one"] * 500, "few.txt", SHORT, tmp_path / "base")
    assert list(tmp_path.iterdir()) == []


PROGRAM = """
import sys
from pathlib import Path
from training.bases.derived import TINYBERT
from training.fit import distill
from training.data.readers import read_texts
from training.run.config import DistillConfig
distill._PRUNING_TEXTS = 8
config = DistillConfig(epochs=3, batch_size=64, max_length=16)
texts = read_texts(Path(sys.argv[1]), "situation")[:256]
distill.distill_base(TINYBERT, texts, "sample", config, Path(sys.argv[2]))
"""


@pytest.mark.slow
def test_a_killed_distillation_goes_on(texts: list[str], tmp_path: Path) -> None:
    out = tmp_path / "base"
    command = [sys.executable, "-c", PROGRAM, str(SAMPLE), str(out)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    kill_after_an_epoch(process, tmp_path, ".base-*/checkpoint-*")
    assert not out.exists()

    texts, config = texts[:256], DistillConfig(epochs=3, batch_size=64, max_length=16)
    again = distill_base(TINYBERT, texts, "sample", config, out)
    whole = distill_base(TINYBERT, texts, "sample", config, tmp_path / "whole")
    assert [row["step"] for row in again["held_out_loss"]] == [
        row["step"] for row in whole["held_out_loss"]
    ]
    for ours, theirs in zip(again["held_out_loss"], whole["held_out_loss"], strict=True):
        assert ours["loss"] == pytest.approx(theirs["loss"], rel=1e-3)


@pytest.mark.slow
def test_two_processes_distil_together(texts: list[str], tmp_path: Path) -> None:
    (tmp_path / "program.py").write_text(PROGRAM)
    made, notes = tmp_path / "made", tmp_path / "notes"
    made.mkdir(), notes.mkdir()
    process = torchrun(tmp_path / "program.py", SAMPLE, made / "base", folder=notes)
    assert process.wait(timeout=500) == 0, (notes / "log").read_text()
    assert [path.name for path in made.iterdir()] == ["base"]
    rows = json.loads((made / "base" / DERIVATION).read_text())["held_out_loss"]
    config = DistillConfig(epochs=3, batch_size=64, max_length=16)
    made_alone = distill_base(TINYBERT, texts[:256], "sample", config, tmp_path / "alone")
    alone = made_alone["held_out_loss"]
    assert [row["step"] for row in rows] == [row["step"] for row in alone]
    # A loss is a ratio over a process's part of the batch, so that the two differ a little.
    for ours, theirs in zip(rows, alone, strict=True):
        assert ours["loss"] == pytest.approx(theirs["loss"], rel=0.05)
    assert rows[-1]["loss"] < rows[0]["loss"]


def test_the_script_wants_text(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    main = runpy.run_path(str(ROOT / "scripts" / "study" / "distill_base.py"))["main"]
    assert main([]) == 2
    assert "give a file with --text" in capsys.readouterr().err
    for name in DISTILLED.values():
        assert main(["--base", name, "--text", str(tmp_path / "absent.csv")]) == 2
    assert main(["--text", str(tmp_path / "absent.csv")]) == 2
    assert "absent.csv: no such file" in capsys.readouterr().err
    assert main(["--text", str(SAMPLE)]) == 2
    assert "no column 'text'" in capsys.readouterr().err
    assert main(["--text", str(SAMPLE), "--column", "situation", "--epochs", "-1"]) == 2
    assert "--epochs -1: give 0 or more" in capsys.readouterr().err
