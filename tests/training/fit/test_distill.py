import json
import runpy
import subprocess
import sys
from pathlib import Path

import pytest
from transformers import AutoTokenizer, BertConfig, BertModel

from tests.tiny import kill_after_an_epoch
from tests.training.fit.test_distributed import torchrun
from training.bases.derived import DERIVATION, TINYBERT
from training.bases.packaged import MINILM
from training.bases.prune import Pruned
from training.bases.resolve import base_name, resolve_base
from training.data.readers import read_texts
from training.data.sources import SAMPLE_DIR
from training.fit import distill
from training.fit.distance import Distiller
from training.fit.distill import distill_tinybert
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
def test_the_student_learns_and_becomes_a_base(
    texts: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "TinyBERT_General_4L_312D"
    made = distill_tinybert([*texts, texts[0], "  "], "sample", SHORT, out)
    assert json.loads((out / DERIVATION).read_text()) == made
    assert made["texts"]["n"] == len(set(texts))
    steps = [row["step"] for row in made["held_out_loss"]]
    losses = [row["loss"] for row in made["held_out_loss"]]
    assert steps[0] == 0 and len(steps) == 3
    assert losses[0] > losses[1] > losses[2]
    assert [path.name for path in tmp_path.iterdir()] == [out.name]

    monkeypatch.setattr("training.bases.derived.derived.__defaults__", (tmp_path,))
    base = resolve_base(f"offline:{TINYBERT}")
    assert (base.source, base.id) == ("derived", MINILM)
    assert base_name(base.record()) == f"{MINILM} in the shape of TinyBERT_General_4L_312D"
    model = BertModel.from_pretrained(base.path)
    assert model.config.hidden_dropout_prob == 0.1  # switched off for distillation only
    assert AutoTokenizer.from_pretrained(base.path)("a text")["input_ids"][0] == 101


def test_without_epochs_it_is_pruned_only(texts: list[str], tmp_path: Path) -> None:
    made = distill_tinybert(texts, "sample", DistillConfig(epochs=0, max_length=16), tmp_path / "b")
    assert made["method"] == "pruned"
    assert [row["step"] for row in made["held_out_loss"]] == [0]


def test_the_teacher_goes_where_the_student_goes() -> None:
    small = BertConfig(
        vocab_size=9, hidden_size=8, num_hidden_layers=2, num_attention_heads=2, intermediate_size=8
    )
    teacher = BertModel(small)
    distiller = Distiller(Pruned(BertModel(small), [0, 1], list(range(8))), teacher)
    distiller.to("meta")
    assert {weights.device.type for weights in teacher.parameters()} == {"meta"}
    assert not [name for name in distiller.state_dict() if "teacher" in name]


def test_too_few_texts_are_refused_and_nothing_is_left(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"few\.txt: 1 different texts; give at least 100"):
        distill_tinybert(["one"] * 500, "few.txt", SHORT, tmp_path / "base")
    assert list(tmp_path.iterdir()) == []


PROGRAM = """
import sys
from pathlib import Path
from training.fit import distill
from training.data.readers import read_texts
from training.run.config import DistillConfig
distill._PRUNING_TEXTS = 8
config = DistillConfig(epochs=3, batch_size=64, max_length=16)
texts = read_texts(Path(sys.argv[1]), "situation")[:256]
distill.distill_tinybert(texts, "sample", config, Path(sys.argv[2]))
"""


@pytest.mark.slow
def test_a_killed_distillation_goes_on(texts: list[str], tmp_path: Path) -> None:
    out = tmp_path / "base"
    command = [sys.executable, "-c", PROGRAM, str(SAMPLE), str(out)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    kill_after_an_epoch(process, tmp_path, ".base-*/checkpoint-*")
    assert not out.exists()

    texts, config = texts[:256], DistillConfig(epochs=3, batch_size=64, max_length=16)
    again = distill_tinybert(texts, "sample", config, out)
    whole = distill_tinybert(texts, "sample", config, tmp_path / "whole")
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
    alone = distill_tinybert(texts[:256], "sample", config, tmp_path / "alone")["held_out_loss"]
    assert [row["step"] for row in rows] == [row["step"] for row in alone]
    # A loss is a ratio over a process's part of the batch, so that the two differ a little.
    for ours, theirs in zip(rows, alone, strict=True):
        assert ours["loss"] == pytest.approx(theirs["loss"], rel=0.05)
    assert rows[-1]["loss"] < rows[0]["loss"]


def test_the_script_wants_text(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    main = runpy.run_path(str(ROOT / "scripts" / "study" / "distill_base.py"))["main"]
    assert main([]) == 2
    assert "give a file with --text" in capsys.readouterr().err
    assert main(["--text", str(tmp_path / "absent.csv")]) == 2
    assert "absent.csv: no such file" in capsys.readouterr().err
    assert main(["--text", str(SAMPLE)]) == 2
    assert "no column 'text'" in capsys.readouterr().err
    assert main(["--text", str(SAMPLE), "--column", "situation", "--epochs", "-1"]) == 2
    assert "--epochs -1: give 0 or more" in capsys.readouterr().err
