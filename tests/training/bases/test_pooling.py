import inspect
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import onnx
import pytest
import torch
from transformers import (
    AutoModelForSequenceClassification,
    AutoTokenizer,
    BertModel,
    BertTokenizerFast,
    DistilBertModel,
    ElectraModel,
    MPNetModel,
    RobertaModel,
    XLMRobertaModel,
)

from export.graph import session as runtime
from export.graph.from_torch import export_onnx
from export.int8.activations import largest_difference
from export.int8.quantize import count_quantized, quantize
from export.int8.slim import slim
from tests.tiny import VOCABULARY, make_tiny_config
from training.bases.open import open_base
from training.bases.pooling import MeanPooledBertForSequenceClassification
from training.bases.resolve import resolve_base
from training.data.load import LabelledData
from training.fit.finetune import finetune
from training.measure.predict import predict
from training.run.artifact import Artifact
from training.run.config import load_config
from training.run.errors import InputError


@pytest.fixture(scope="module")
def pooled(
    tiny_base: Path, sample_data: LabelledData, tmp_path_factory: pytest.TempPathFactory
) -> Artifact:
    folder = tmp_path_factory.mktemp("pooled")
    path = make_tiny_config(folder / "pooled.yaml", tiny_base, pooling="mean")
    return finetune(load_config(path), path, sample_data, folder / "runs")


def test_the_head_reads_the_mean_of_the_hidden_states(tiny_base: Path) -> None:
    model, tokenizer = open_base(resolve_base(str(tiny_base)), ["a", "b"], 32, "mean")
    model.eval()
    batch = tokenizer(["one two three", "one"], padding=True, return_tensors="pt")
    encoder = BertModel.from_pretrained(tiny_base, add_pooling_layer=False).eval()
    with torch.no_grad():
        logits = model(**batch).logits
        for row, length in enumerate(batch["attention_mask"].sum(dim=1)):
            ids = batch["input_ids"][row : row + 1, :length]
            expected = model.classifier(encoder(ids).last_hidden_state[0].mean(dim=0))
            torch.testing.assert_close(logits[row], expected)


ENCODERS = {
    "bert": (BertModel, {}),
    "distilbert": (DistilBertModel, {"dim": 32, "hidden_dim": 64, "n_layers": 2, "n_heads": 2}),
    "electra": (ElectraModel, {"embedding_size": 16}),
    "mpnet": (MPNetModel, {"pad_token_id": 1}),
    "roberta": (RobertaModel, {"pad_token_id": 1}),
    "xlm-roberta": (XLMRobertaModel, {"pad_token_id": 1}),
}
SIZES = {
    "vocab_size": len(VOCABULARY),
    "hidden_size": 32,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "intermediate_size": 64,
    "max_position_embeddings": 64,
}


def make_encoder(kind: str, folder: Path) -> Path:
    """A random checkpoint of that kind, with a tokenizer that gives token types."""
    torch.manual_seed(0)
    encoder, settings = ENCODERS[kind]
    sizes = {} if kind == "distilbert" else SIZES
    config = encoder.config_class(**{"vocab_size": len(VOCABULARY), **sizes, **settings})
    encoder(config).save_pretrained(folder)
    (folder / "vocab.txt").write_text("".join(f"{token}\n" for token in VOCABULARY))
    BertTokenizerFast(str(folder / "vocab.txt")).save_pretrained(folder)
    return folder


@pytest.mark.parametrize("kind", ENCODERS)
def test_any_encoder_like_bert_is_pooled(kind: str, tmp_path: Path) -> None:
    base = make_encoder(kind, tmp_path / kind)
    model, tokenizer = open_base(resolve_base(str(base)), ["a", "b"], 32, "mean")
    model.eval()
    encoder_class, settings = ENCODERS[kind]
    encoder = encoder_class.from_pretrained(base).eval()
    # A number of them is padding, which positions of some are counted around.
    ids = torch.randint(5, len(VOCABULARY), (2, 9), generator=torch.Generator().manual_seed(1))
    mask = torch.ones_like(ids)
    ids[1, 4:], mask[1, 4:] = settings.get("pad_token_id", 0), 0
    with torch.no_grad():
        logits = model(input_ids=ids, attention_mask=mask).logits
        for row, length in enumerate((9, 4)):
            hidden = encoder(ids[row : row + 1, :length]).last_hidden_state[0]
            torch.testing.assert_close(logits[row], model.classifier(hidden.mean(dim=0)))
    assert model.config.model_type == f"mean-pooled-{kind}"
    taken = inspect.signature(encoder.forward).parameters
    assert ("token_type_ids" in tokenizer("a text")) == ("token_type_ids" in taken)
    batch = tokenizer(["a text", "b"], padding=True, return_tensors="pt")
    assert model(**batch).logits.shape == (2, 2)


@pytest.mark.parametrize("kind", ENCODERS)
def test_what_was_saved_gives_the_same_logits(kind: str, tmp_path: Path) -> None:
    base = make_encoder(kind, tmp_path / kind)
    model, tokenizer = open_base(resolve_base(str(base)), ["a", "b"], 32, "mean")
    model.eval().save_pretrained(tmp_path / "saved")
    again = AutoModelForSequenceClassification.from_pretrained(tmp_path / "saved").eval()
    batch = tokenizer("a text", return_tensors="pt")
    assert torch.equal(model(**batch).logits, again(**batch).logits)
    assert again.config.to_dict().items() >= {"id2label": {0: "a", 1: "b"}}.items()
    assert (tmp_path / "saved" / "pooling.py").is_file()


def test_an_encoder_of_another_kind_is_refused(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text(json.dumps({"model_type": "gpt2"}))
    (tmp_path / "model.safetensors").write_bytes(b"")
    with pytest.raises(InputError, match=r"pooling 'mean' takes bert, .*, this is 'gpt2'"):
        open_base(resolve_base(str(tmp_path)), ["a", "b"], 32, "mean")


def test_transformers_alone_opens_the_artifact(pooled: Artifact) -> None:
    """In a process of its own, where nothing has registered the class."""
    program = (
        "import sys, json; from transformers import pipeline; "
        "p = pipeline('text-classification', sys.argv[1], top_k=None, trust_remote_code=True); "
        "print(json.dumps({s['label']: s['score'] for s in p('a long day')[0]}))"
    )
    command = [sys.executable, "-c", program, str(pooled.path)]
    environment = os.environ | {"HF_HUB_OFFLINE": "1"}
    done = subprocess.run(command, env=environment, cwd="/", capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    scores = json.loads(done.stdout.splitlines()[-1])
    logits = predict(pooled, ["a long day"])[0]
    odds = np.exp(logits) / np.exp(logits).sum()
    for label, expected in zip(pooled.load_labels(), odds, strict=True):
        assert scores[label] == pytest.approx(expected, abs=1e-5)


def test_plain_bert_does_not_open_it_by_mistake(pooled: Artifact) -> None:
    assert json.loads(pooled.model_config.read_text())["model_type"] == "mean-pooled-bert"
    model = AutoModelForSequenceClassification.from_pretrained(pooled.path)
    # By name: whoever opened such a folder with trust_remote_code has registered the copy in it.
    assert type(model).__name__ == MeanPooledBertForSequenceClassification.__name__
    assert AutoTokenizer.from_pretrained(pooled.path).model_max_length == 32


def test_it_is_exported_with_the_same_logits(pooled: Artifact, sample_data: LabelledData) -> None:
    assert export_onnx(pooled, sample_data.splits["validation"]["text"]).is_file()


def test_the_slim_graph_pools_over_all_tokens(pooled: Artifact, sample_data: LabelledData) -> None:
    texts = sample_data.splits["validation"]["text"]
    full = onnx.load(export_onnx(pooled, texts))
    slimmed = slim(full, 32)
    assert [value.name for value in slimmed.graph.input] == ["input_ids"]
    token_ids = pooled.load_tokenizer()(list(texts), truncation=True)["input_ids"]
    assert largest_difference(full, slimmed, token_ids) < 1e-4


@pytest.mark.parametrize("kind", ["mpnet", "distilbert"])
def test_others_than_bert_are_exported_and_quantized(
    kind: str, tmp_path: Path, sample_data: LabelledData
) -> None:
    base = make_encoder(kind, tmp_path / kind)
    path = make_tiny_config(tmp_path / "pooled.yaml", base, pooling="mean", max_length=48)
    artifact = finetune(load_config(path), path, sample_data, tmp_path / "runs")
    texts = sample_data.splits["validation"]["text"][:16]
    graph = onnx.load(export_onnx(artifact, texts)).graph
    assert [value.name for value in graph.input] == ["input_ids", "attention_mask"]
    made = quantize(artifact, artifact.load_config().quantize)
    assert count_quantized(made)["MatMulInteger"] >= 2 * 6 + 1  # layers, head
    logits = runtime.predict(artifact, made, texts)
    expected = predict(artifact, texts)
    assert np.abs(logits - expected).max() < 0.2 * expected.std()
