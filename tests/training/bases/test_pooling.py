import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import onnx
import pytest
import torch
from transformers import AutoModelForSequenceClassification, AutoTokenizer, BertModel

from export.graph.from_torch import export_onnx
from export.int8.activations import largest_difference
from export.int8.slim import slim
from tests.tiny import make_tiny_config
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


def test_mean_pooling_takes_a_bert(tmp_path: Path) -> None:
    distilbert = tmp_path / "distilbert"
    distilbert.mkdir()
    (distilbert / "config.json").write_text(json.dumps({"model_type": "distilbert"}))
    (distilbert / "model.safetensors").write_bytes(b"")
    with pytest.raises(InputError, match="pooling 'mean' takes a BERT, this is 'distilbert'"):
        open_base(resolve_base(str(distilbert)), ["a", "b"], 32, "mean")


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
