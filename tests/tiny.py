"""A model small enough to train in seconds, with the tokenizer of the committed run."""

import shutil
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import torch
import yaml
from transformers import BertConfig, BertModel

from export import runtime
from training.artifact import ARTIFACTS_DIR, BROWSER_RUN, Artifact

TOKENIZER = Artifact(ARTIFACTS_DIR / BROWSER_RUN)


def make_tiny_base(folder: Path) -> Path:
    """Write a random two-layer BERT checkpoint in Hugging Face layout."""
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=30522,
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
    )
    BertModel(config).save_pretrained(folder)
    TOKENIZER.load_tokenizer().save_pretrained(folder)
    return folder


def make_tiny_config(path: Path, base: Path, run: str = "tiny", **train: object) -> Path:
    """Write a config file for a short run on texts in the layout of the embedded sample."""
    settings = {
        "run": run,
        "base": str(base),
        "data": {"name": "sample", "text_column": "situation", "label_column": "emotion"},
        "train": {"max_length": 32, "epochs": 1, "batch_size": 32, "learning_rate": 0.005} | train,
        "parity": {"max_macro_f1_drop": 0.5, "min_agreement": 0.3, "max_class_f1_drop": 1.0},
    }
    path.write_text(yaml.safe_dump(settings))
    return path


@dataclass
class Made:
    """An artifact to read, and a way to get one that may be written to."""

    artifact: Artifact
    folder: Path

    def copy(self) -> Artifact:
        target = self.folder / "copy" / self.artifact.name
        shutil.rmtree(target, ignore_errors=True)
        return Artifact(Path(shutil.copytree(self.artifact.path, target)))


def break_int8(monkeypatch: pytest.MonkeyPatch) -> None:
    """Turn every int8 answer round, as a quantization that went wrong would."""
    honest = runtime.predict

    def broken(artifact: Artifact, model: Path, texts: list[str], **options: str) -> np.ndarray:
        logits = honest(artifact, model, texts, **options)
        return -logits if model == artifact.onnx_quantized else logits

    monkeypatch.setattr(runtime, "predict", broken)
