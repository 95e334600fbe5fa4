"""Encoders other than BERT: positions counted from elsewhere, relative ones, no token types."""

import numpy as np
import onnx
import pytest
from transformers import DistilBertConfig, MPNetConfig, PretrainedConfig, RobertaConfig

from export.graph import session as runtime
from export.graph.from_torch import MAX_LOGIT_DIFFERENCE, export_onnx
from export.int8 import prepared
from export.int8.activations import largest_difference, range_texts
from export.int8.prepared import QuantizationError, prepare
from export.int8.quantize import count_quantized, quantize
from export.int8.slim import slim
from tests.tiny import make_classifier
from training.run.artifact import Artifact
from training.run.config import QuantizeConfig

ROWWISE = QuantizeConfig(method="rowwise")
MAX_LENGTH = 100
SIZES = {
    "hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 64,
}  # fmt: skip
VOCABULARY = 30522
# Both of these count positions from padding_idx + 1, and want rows for as many more.
CONFIGS: dict[str, PretrainedConfig] = {
    "roberta": RobertaConfig(vocab_size=VOCABULARY, max_position_embeddings=130, **SIZES),
    "mpnet": MPNetConfig(vocab_size=VOCABULARY, max_position_embeddings=130, **SIZES),
    "distilbert": DistilBertConfig(
        vocab_size=VOCABULARY, dim=32, hidden_dim=64, n_layers=2, n_heads=2
    ),
}
POSITIONS = {"roberta": MAX_LENGTH + 2, "mpnet": MAX_LENGTH + 2, "distilbert": MAX_LENGTH}
TEXTS = [*range_texts()[:40], "", "word " * 199]  # the last one is cut to full length


@pytest.fixture(scope="module", params=CONFIGS)
def other(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Artifact:
    folder = tmp_path_factory.mktemp("other") / request.param
    artifact = make_classifier(CONFIGS[request.param], folder, MAX_LENGTH)
    export_onnx(artifact, TEXTS)
    return artifact


def test_a_slim_graph_computes_the_same_at_every_length(other: Artifact) -> None:
    full = onnx.load(other.onnx)
    slimmed = slim(full, MAX_LENGTH)
    assert [value.name for value in slimmed.graph.input] == ["input_ids"]
    (rows,) = (t.dims[0] for t in slimmed.graph.initializer if "position_embeddings" in t.name)
    assert rows == POSITIONS[other.name]
    token_ids = other.token_ids(TEXTS)
    assert len(token_ids[-1]) == MAX_LENGTH
    assert largest_difference(full, slimmed, token_ids) < MAX_LOGIT_DIFFERENCE


def test_rows_in_eight_bits_stay_near_float_logits(other: Artifact) -> None:
    quantize(other, ROWWISE)
    assert count_quantized(other.onnx_quantized) == {"MatMulIntegerToFloat": 2 * 6}
    exact = runtime.predict(other, other.onnx, TEXTS)
    rounded = runtime.predict(other, other.onnx_quantized, TEXTS)
    spread = np.std(exact, axis=0).max()
    assert 0 < np.std(rounded - exact) < 0.1 * spread
    assert np.abs(rounded[-1] - exact[-1]).max() < 0.3 * spread  # of full length


def test_a_wrong_cut_of_positions_is_found_before_anything_is_written(
    other: Artifact, monkeypatch: pytest.MonkeyPatch
) -> None:
    last = POSITIONS[other.name] - 1
    monkeypatch.setattr("export.int8.slim._largest_index", lambda *_: last - 1)
    before = sorted(path.name for path in other.onnx_dir.iterdir())
    with pytest.raises(QuantizationError, match=r"use quantize\.method dynamic") as got:
        quantize(other, ROWWISE)
    assert "\n" not in str(got.value)
    assert sorted(path.name for path in other.onnx_dir.iterdir()) == before


def test_the_check_reads_a_text_of_full_length(
    other: Artifact, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked: list[list[int]] = []

    def note(full: object, slimmed: object, token_ids: list[list[int]]) -> float:
        checked.extend(token_ids)
        return 0.0

    monkeypatch.setattr(prepared, "largest_difference", note)
    prepare(other)
    assert max(map(len, checked)) == MAX_LENGTH == other.load_tokenizer().model_max_length
    assert max(map(len, checked[:-1])) < MAX_LENGTH


def test_what_cannot_be_prepared_is_told_in_a_sentence(
    other: Artifact, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise KeyError("no such\nnode")

    monkeypatch.setattr(prepared, "slim", fail)
    with pytest.raises(QuantizationError, match=r"rowwise does not know.*method dynamic") as got:
        quantize(other, ROWWISE)
    assert "\n" not in str(got.value)
