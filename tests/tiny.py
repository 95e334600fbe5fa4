"""A model small enough to train in seconds, with the tokenizer of the committed run."""

import functools
import json
import shutil
import string
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import torch
import yaml
from safetensors.torch import save_file
from transformers import (
    AutoModelForSequenceClassification,
    BertConfig,
    BertModel,
    DistilBertConfig,
    DistilBertForMaskedLM,
    DistilBertTokenizerFast,
    MPNetConfig,
    MPNetModel,
    PretrainedConfig,
)

from export.graph import session as runtime
from training.bases.derived import DISTILBERT
from training.bases.fetched import MINILM_L3, MPNET
from training.bases.packaged import MINILM
from training.run.artifact import ARTIFACTS_DIR, BROWSER_RUN, Artifact

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


def tiny_bert() -> BertModel:
    """A random encoder of two layers that gives its attention, too."""
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=9,
        hidden_size=8,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=8,
        attn_implementation="eager",
    )
    return BertModel(config).eval()


def make_classifier(config: PretrainedConfig, folder: Path, max_length: int = 32) -> Artifact:
    """A random classifier of any architecture, with the committed run's vocabulary.

    Its weights are large enough for its answers to depend on the text.
    """
    torch.manual_seed(0)
    config.initializer_range = 0.2
    config.id2label = dict(enumerate(("good", "bad", "cold", "sweet")))
    AutoModelForSequenceClassification.from_config(config).save_pretrained(folder)
    tokenizer = DistilBertTokenizerFast(
        tokenizer_file=str(TOKENIZER.tokenizer), model_max_length=max_length
    )
    tokenizer.save_pretrained(folder)  # of those that give no token types, as a BERT's does
    return Artifact(folder)


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


def make_soups(folder: Path) -> Path:
    """Texts in four classes that the tiny base tells apart after two or three epochs."""
    tastes = ("good", "bad", "cold", "sweet")
    for split, count in (("train", 512), ("validation", 128), ("test", 128)):
        lines = [
            f"{split} soup {i} was {tastes[i % 4]}{' and again' * (i % 7)},{tastes[i % 4]}"
            for i in range(count)
        ]
        (folder / f"{split}.csv").write_text("situation,emotion\n" + "\n".join(lines) + "\n")
    return folder


VOCABULARY = [
    *("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"),
    *string.ascii_lowercase + string.digits + string.punctuation,
    *(f"##{character}" for character in string.ascii_lowercase + string.digits),
]


_SENTENCE_ENCODERS = (MINILM, MINILM_L3, MPNET)


@dataclass(frozen=True)
class Published:
    """A random checkpoint laid out as the hub has one of that name."""

    files: dict[str, bytes]  # wanted and unwanted
    weights: str  # the file to be taken
    encoder: dict[str, torch.Tensor]
    tokenizer: tuple[str, ...]  # its files
    config: PretrainedConfig

    @property
    def wanted(self) -> set[str]:
        return {"config.json", self.weights, *self.tokenizer}


@functools.cache
def make_published(base: str) -> Published:
    """Two or four layers in the shape of ``base``: its architecture, tensor names and files.

    DistilBERT and what sentence-transformers published bring safetensors and a fast tokenizer, the
    others an older weights file and a vocabulary alone.
    """
    torch.manual_seed(0)
    if base == DISTILBERT:
        config: PretrainedConfig = DistilBertConfig(
            vocab_size=len(VOCABULARY), dim=32, hidden_dim=64, n_layers=2, n_heads=2
        )
        tensors = DistilBertForMaskedLM(config).state_dict()
        encoder = {
            name.removeprefix("distilbert."): tensor
            for name, tensor in tensors.items()
            if name.startswith("distilbert.")
        }
        del tensors["vocab_projector.weight"]  # shared with the embeddings
        tensors = {name: tensor.contiguous() for name, tensor in tensors.items()}
    else:
        layers, hidden = (4, 24) if "TinyBERT" in base else (2, 32)
        config_class, model_class = (
            (MPNetConfig, MPNetModel) if base == MPNET else (BertConfig, BertModel)
        )
        config = config_class(
            vocab_size=len(VOCABULARY),
            hidden_size=hidden,
            num_hidden_layers=layers,
            num_attention_heads=2,
            intermediate_size=2 * hidden,
        )
        encoder = dict(model_class(config).state_dict())
        tensors = encoder | {"embeddings.position_ids": torch.arange(512)[None]}
        if base not in _SENTENCE_ENCODERS:
            tensors = {f"bert.{name}": tensor for name, tensor in tensors.items()}
            tensors["cls.seq_relationship.bias"] = torch.zeros(2)
    settings = {"model_type": config.model_type} | config.to_diff_dict()
    files = {
        "config.json": json.dumps(settings).encode(),
        "vocab.txt": "".join(f"{token}\n" for token in VOCABULARY).encode(),
        "README.md": b"not wanted",
        "tf_model.h5": b"not wanted",
    }
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if base in (DISTILBERT, *_SENTENCE_ENCODERS):
            weights = "model.safetensors"
            save_file(tensors, folder / weights, metadata={"format": "pt"})
            (folder / "vocab.txt").write_bytes(files["vocab.txt"])
            DistilBertTokenizerFast(str(folder / "vocab.txt")).save_pretrained(folder)
            tokenizer = ("tokenizer.json", "tokenizer_config.json", "vocab.txt")
            files |= {file: (folder / file).read_bytes() for file in tokenizer}
            files |= {"pytorch_model.bin": b"not wanted", "onnx/model.onnx": b"not wanted"}
        else:
            weights, tokenizer = "pytorch_model.bin", ("vocab.txt",)
            torch.save(tensors, folder / weights)
        files[weights] = (folder / weights).read_bytes()
    return Published(files, weights, encoder, tokenizer, config)


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


def exchange_two_labels(artifact: Artifact) -> None:
    """Give the first two classes of a run each other's name, and leave all else."""
    config = json.loads(artifact.model_config.read_text())
    names = config["id2label"]
    names["0"], names["1"] = names["1"], names["0"]
    artifact.model_config.write_text(json.dumps(config))


def kill_after_an_epoch(process: subprocess.Popen, folder: Path, checkpoints: str) -> None:
    """Kill -9 as soon as there is a whole checkpoint: ``checkpoints`` is a pattern of folders."""
    deadline = time.monotonic() + 120
    while not list(folder.glob(f"{checkpoints}/trainer_state.json")):
        assert process.poll() is None and time.monotonic() < deadline
        time.sleep(0.02)
    process.kill()
    process.wait()
