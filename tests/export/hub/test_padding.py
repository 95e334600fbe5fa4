"""Texts in padded batches get the answers that they get alone, whatever the encoder."""

from pathlib import Path

import numpy as np
import onnx
import pytest
from transformers import DistilBertConfig, MPNetConfig, PretrainedConfig, RobertaConfig

from export.graph import session as runtime
from export.graph.from_torch import export_onnx
from export.hub.agreement import predict_in_batches, sentences
from export.hub.padding import is_blind, with_mask
from export.int8.quantize import quantize
from export.quality.distance import logit_distance
from tests.tiny import make_classifier
from training.run.artifact import Artifact
from training.run.config import QuantizeConfig

TEXTS = sentences()[:48]
SIZES = {
    "hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 64,
    "vocab_size": 30522,
}  # fmt: skip
CONFIGS: dict[str, PretrainedConfig] = {
    "roberta": RobertaConfig(max_position_embeddings=130, pad_token_id=0, **SIZES),
    "mpnet": MPNetConfig(max_position_embeddings=130, pad_token_id=0, **SIZES),
    "distilbert": DistilBertConfig(vocab_size=30522, dim=32, hidden_dim=64, n_layers=2, n_heads=2),
}


def masked(artifact: Artifact, folder: Path) -> Path:
    target = folder / "masked.onnx"
    graph = with_mask(onnx.load(artifact.onnx_quantized))
    assert [value.name for value in graph.graph.input] == ["input_ids", "attention_mask"]
    onnx.save(graph, target)
    return target


def require_deaf_to_padding(artifact: Artifact, folder: Path) -> None:
    assert is_blind(onnx.load(artifact.onnx_quantized))
    exact = runtime.predict(artifact, artifact.onnx, TEXTS)
    ours = runtime.predict(artifact, artifact.onnx_quantized, TEXTS)
    rounding = logit_distance(ours, exact)["logit_rms"]
    target = masked(artifact, folder)
    for logits in (
        runtime.predict(artifact, target, TEXTS),
        predict_in_batches(artifact, target, TEXTS),
    ):
        assert logit_distance(logits, ours)["logit_rms"] < 0.5 * rounding
    # Without the mask padding is read, so that this would be seen.
    blind = predict_in_batches(artifact, artifact.onnx_quantized, TEXTS)
    assert logit_distance(blind, ours)["logit_rms"] > 2 * rounding


def test_a_pooled_graph_is_deaf_to_padding(pooled_run: Artifact, tmp_path: Path) -> None:
    require_deaf_to_padding(pooled_run, tmp_path)


@pytest.mark.parametrize("kind", CONFIGS)
def test_so_are_the_graphs_of_other_encoders(kind: str, tmp_path: Path) -> None:
    artifact = make_classifier(CONFIGS[kind], tmp_path / kind, 100)
    export_onnx(artifact, TEXTS)
    quantize(artifact, QuantizeConfig(method="rowwise"))
    require_deaf_to_padding(artifact, tmp_path)


def test_a_batch_is_of_texts_as_given(pooled_run: Artifact) -> None:
    """Row by row in the order of the texts, the last batch a short one."""
    texts = TEXTS[:19]
    alone = runtime.predict(pooled_run, pooled_run.onnx, texts)
    np.testing.assert_allclose(
        predict_in_batches(pooled_run, pooled_run.onnx, texts), alone, 0, 1e-4
    )
