import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import load_file
from transformers import pipeline

from tests.tiny import kill_after_an_epoch, make_soups, make_tiny_config
from training.data.load import LabelledData, load_data
from training.fit import loop
from training.fit.checkpoints import FIT_CODE_SHA256
from training.fit.finetune import finetune
from training.measure.evaluate import evaluate
from training.measure.predict import predict
from training.run.artifact import Artifact, find_artifact
from training.run.config import load_config
from training.run.data_config import DataConfig
from training.run.errors import InputError
from training.run.files import sha256_of


def test_the_artifact_is_complete_and_records_where_it_comes_from(
    tiny_artifact: Artifact, sample_data: LabelledData
) -> None:
    record = tiny_artifact.load_training_record()
    assert record["base"]["source"] == "directory"
    assert record["data"]["fingerprint"] == sample_data.provenance.fingerprint
    assert record["code_sha256"] == FIT_CODE_SHA256
    assert len(record["history"]) == 1
    assert record["best_validation_macro_f1"] == record["history"][0]["validation_macro_f1"]
    assert tiny_artifact.load_labels() == sample_data.labels
    assert tiny_artifact.load_tokenizer().model_max_length == 32
    names = {path.name for path in tiny_artifact.path.parent.iterdir()}
    assert names == {".work", "tiny"}
    assert not list((tiny_artifact.path.parent / ".work").iterdir())


def test_weights_are_stored_in_half_precision_and_computed_in_single(
    tiny_artifact: Artifact,
) -> None:
    stored = load_file(tiny_artifact.weights)
    assert {str(tensor.dtype) for tensor in stored.values()} == {"torch.float16"}
    assert predict(tiny_artifact, ["a text"]).dtype == np.float32


def test_any_labelled_csv_is_learned(tmp_path: Path, tiny_base: Path) -> None:
    for split, count in (("train", 160), ("validation", 40), ("test", 40)):
        lines = [
            f"{split} soup {i} was {('bad', 'good')[i % 2]},{'-+'[i % 2]}" for i in range(count)
        ]
        (tmp_path / f"{split}.csv").write_text("text,label\n" + "\n".join(lines) + "\n")
    config_file = make_tiny_config(tmp_path / "run.yaml", tiny_base, epochs=8, batch_size=16)
    config = load_config(config_file)
    config = replace(config, data=DataConfig(name="soup"))
    study = tmp_path / "runs" / config.run / "ladder.json"
    study.parent.mkdir(parents=True)
    study.write_text("{}")
    artifact = finetune(config, config_file, load_data(config.data, tmp_path), tmp_path / "runs")
    assert study.read_text() == "{}", "hours of a study are not replaced with the weights"
    logits = predict(artifact, ["this pie is good", "what a bad, bad pie"])
    assert [artifact.load_labels()[i] for i in logits.argmax(axis=1)] == ["+", "-"]


def test_a_pipeline_works_on_the_folder(tiny_artifact: Artifact) -> None:
    classify = pipeline("text-classification", str(tiny_artifact.path), top_k=None)
    scores = classify(["I waited all day for that call."])[0]
    assert sorted(score["label"] for score in scores) == tiny_artifact.load_labels()
    assert sum(score["score"] for score in scores) == pytest.approx(1, abs=1e-5)


def test_batches_give_the_same_logits_as_single_texts(
    tiny_artifact: Artifact, sample_data: LabelledData
) -> None:
    texts = sample_data.splits["test"]["text"][:40]
    alone = predict(tiny_artifact, texts)
    together = predict(tiny_artifact, texts, batch_size=16)
    np.testing.assert_allclose(alone, together, atol=1e-5)


def test_evaluation_writes_record_and_card(
    tiny_artifact: Artifact, sample_data: LabelledData
) -> None:
    record = evaluate(tiny_artifact, sample_data, "test")
    assert json.loads(tiny_artifact.metrics("test").read_text())["macro_f1"] == record["macro_f1"]
    wanted = (
        "model config timestamp accuracy macro_f1 micro_f1 weighted_f1 label_names split data base "
        "confusion_matrix per_class_precision per_class_recall per_class_f1 per_class_support seed "
        "top3_accuracy top5_accuracy ece n macro_f1_ci95 commit versions train_seconds"
    )
    assert set(wanted.split()) <= set(record)
    card = tiny_artifact.card.read_text()
    assert f"{record['macro_f1']:.4f}" in card and "unknown" in card


def test_evaluation_refuses_data_with_other_labels(tiny_artifact: Artifact, tmp_path: Path) -> None:
    for split in ("train", "validation", "test"):
        lines = f"situation,emotion\n{split} one,afraid\n{split} two,hungry\n"
        (tmp_path / f"{split}.csv").write_text(lines)
    data = load_data(tiny_artifact.load_config().data, tmp_path)
    with pytest.raises(InputError, match=r"differ in their labels.*hungry"):
        evaluate(tiny_artifact, data)


def test_a_run_that_is_not_there_is_named() -> None:
    with pytest.raises(InputError, match=r"no run 'absent'.*minilm_v1.*scripts/train\.py"):
        find_artifact("absent")


PROGRAM = """
import sys
from pathlib import Path
from training.run.config import load_config
from training.run.data_config import DataConfig
from training.data.load import load_data
from training.fit.finetune import finetune
config_file = Path(sys.argv[1])
config = load_config(config_file)
finetune(config, config_file, load_data(config.data, Path(sys.argv[2])), Path(sys.argv[3]))
"""


@pytest.mark.slow
def test_a_killed_run_goes_on_and_ends_like_an_undisturbed_one(
    tmp_path: Path, tiny_base: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps: list[float] = []

    class Counting(loop._Trainer):
        def training_step(self, *inputs: Any, **named: Any) -> torch.Tensor:
            steps.append(self.state.epoch)
            return super().training_step(*inputs, **named)

    monkeypatch.setattr(loop, "_Trainer", Counting)
    config_file = make_tiny_config(tmp_path / "run.yaml", tiny_base, epochs=4)
    config = load_config(config_file)
    data = load_data(config.data, make_soups(tmp_path))
    whole_run = finetune(config, config_file, data, tmp_path / "whole")
    whole = whole_run.load_training_record()
    assert whole["history"][3]["validation_loss"] < whole["history"][0]["validation_loss"] - 0.3

    killed = tmp_path / "killed"
    command = [sys.executable, "-c", PROGRAM, str(config_file), str(tmp_path), str(killed)]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    kill_after_an_epoch(process, killed, ".work/*/student-0/checkpoint-*")
    assert not (killed / "tiny").exists()
    (work,) = killed.glob(".work/*")
    half_written = work / "student-0" / "checkpoint-9999"
    half_written.mkdir()
    (half_written / "model.safetensors").write_bytes(b"cut short")

    assert len(steps) == 64
    steps.clear()
    resumed_run = finetune(config, config_file, data, killed)
    assert steps[0] >= 1 and len(steps) <= 48
    record = resumed_run.load_training_record()
    assert record["resumed"] and not whole["resumed"]
    assert record["peak_memory_bytes"] is None and whole["peak_memory_bytes"] > 0
    assert record["history"] == whole["history"]
    assert record["best_validation_macro_f1"] == whole["best_validation_macro_f1"]
    assert sha256_of(resumed_run.weights) == sha256_of(whole_run.weights)
