"""Rows with scales of their own: exact where nothing is rounded, close where something is."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from onnx import TensorProto, helper, numpy_helper

from export.compress import compressed
from export.graph import session as runtime
from export.graph.from_torch import MAX_LOGIT_DIFFERENCE
from export.int8.activations import largest_difference, largest_magnitudes, range_texts
from export.int8.nodes import embedding_node, linear_nodes
from export.int8.prepared import prepare
from export.int8.quantize import QuantizationError, count_quantized, quantize
from export.int8.quantized import is_quantized
from export.int8.rowwise import Settings, quantize_rowwise
from export.int8.scales import smoothing_factors
from export.int8.slim import slim
from export.int8.unread import unread_pieces
from tests.tiny import Made
from training.data.load import LabelledData
from training.run.artifact import Artifact
from training.run.config import QuantizeConfig

ROWWISE = QuantizeConfig(method="rowwise")
MATRICES = hnp.arrays(
    np.float32, (5, 4), elements=st.floats(-1000, 1000, width=32, allow_subnormal=False)
)


def one_layer(weight: np.ndarray, gelu: bool = False) -> onnx.ModelProto:
    """x [1, rows, inputs] → y, by one linear layer, perhaps behind a GELU."""
    weights = [numpy_helper.from_array(weight, "w")]
    nodes = [helper.make_node("MatMul", ["h" if gelu else "x", "w"], ["y"], name="layer")]
    if gelu:
        nodes.insert(0, helper.make_node("Gelu", ["x"], ["h"], domain="com.microsoft"))
    shapes = [("x", [1, None, weight.shape[0]]), ("y", [1, None, weight.shape[1]])]
    inputs, outputs = ([helper.make_tensor_value_info(n, TensorProto.FLOAT, s)] for n, s in shapes)
    graph = helper.make_graph(nodes, "g", inputs, outputs, weights)
    opsets = [helper.make_opsetid("", 18), helper.make_opsetid("com.microsoft", 1)]
    return helper.make_model(graph, opset_imports=opsets, ir_version=9)


def run(model: onnx.ModelProto, x: np.ndarray) -> np.ndarray:
    session = ort.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    return session.run(None, {"x": x[None]})[0][0]


@settings(max_examples=30, deadline=None)
@given(MATRICES, st.sampled_from([0.0, 0.5, 1.0]), st.booleans())
def test_a_row_is_rounded_by_its_own_scale(x: np.ndarray, alpha: float, gelu: bool) -> None:
    weight = np.random.default_rng(0).normal(size=(4, 3)).astype(np.float32)
    model = one_layer(weight, gelu)
    largest = {"h" if gelu else "x": np.abs(x).max(axis=0) + 0.01}
    exact, rounded = run(model, x), run(quantize_rowwise(model, largest, Settings(alpha)), x)
    factors = smoothing_factors(next(iter(largest.values())), [weight], alpha)
    seen = np.abs(np.maximum(x, -0.17) + 0.17 if gelu else x) / factors
    level = seen.max(axis=1, keepdims=True) / 127
    smooth = weight * factors[:, None]
    # Half a level of the row on each input, and half a level of the column on each weight.
    bound = 0.6 * level * np.abs(smooth).sum(axis=0)
    bound = bound + 0.6 * (np.abs(smooth).max(axis=0) / 127) * (seen + 0.17 + level).sum(
        axis=1, keepdims=True
    )
    assert np.all(np.abs(exact - rounded) <= bound + 1e-3 * np.abs(exact) + 1e-4)


def test_a_large_row_takes_nothing_from_the_others() -> None:
    weight = np.random.default_rng(1).normal(size=(4, 3)).astype(np.float32)
    model = one_layer(weight)
    small = np.array([[0.01, -0.02, 0.03, 0.01]], dtype=np.float32)
    both = np.concatenate([small, 1e4 * small[:, ::-1]])
    rounded = quantize_rowwise(model, {"x": np.ones(4, np.float32)}, Settings())
    np.testing.assert_array_equal(run(rounded, both)[:1], run(rounded, small))
    np.testing.assert_allclose(run(rounded, both)[:1], small @ weight, atol=1e-3)
    assert np.isfinite(run(rounded, 0 * both)).all()


@pytest.fixture(scope="module")
def rowwise(exported: Made) -> Artifact:
    artifact = exported.copy()
    quantize(artifact, ROWWISE)
    return artifact


def test_a_slim_graph_computes_the_same_from_the_ids_alone(exported: Made) -> None:
    artifact = exported.artifact
    full = onnx.load(artifact.onnx)
    slimmed = slim(full, 32)
    assert [value.name for value in slimmed.graph.input] == ["input_ids"]
    assert len(slimmed.graph.node) < 0.4 * len(full.graph.node)
    (positions,) = (t for t in slimmed.graph.initializer if "position_embeddings" in t.name)
    assert positions.dims[0] == 32
    tokenizer = artifact.load_tokenizer()
    token_ids = tokenizer([*range_texts()[:50], "", "word " * 99], truncation=True)
    assert largest_difference(full, slimmed, token_ids["input_ids"]) < MAX_LOGIT_DIFFERENCE


def test_what_is_watched_is_what_linear_layers_read(exported: Made) -> None:
    slimmed = slim(onnx.load(exported.artifact.onnx), 32)
    one, more = [[101, 2023, 102]], [[101, 2023, 102], [101, 2003, 2307, 102]]
    small, large = largest_magnitudes(slimmed, one), largest_magnitudes(slimmed, more)
    assert small.keys() == {node.input[0] for node in linear_nodes(slimmed.graph)}
    assert all(np.all(small[name] <= large[name]) for name in small)
    assert any(np.any(small[name] < large[name]) for name in small)


def test_every_linear_layer_and_the_embeddings_are_in_eight_bits(rowwise: Artifact) -> None:
    assert count_quantized(rowwise.onnx_quantized) == {"MatMulIntegerToFloat": 2 * 6}
    graph = onnx.load(rowwise.onnx_quantized).graph
    sizes = {t.name: np.prod(t.dims) for t in graph.initializer if t.data_type == TensorProto.FLOAT}
    assert max(sizes.values()) <= 30522  # the scales of the embeddings
    assert rowwise.onnx_quantized.stat().st_size < 0.3 * rowwise.onnx.stat().st_size


def test_it_is_closer_than_one_scale_for_all_rows(
    exported: Made, rowwise: Artifact, sample_data: LabelledData
) -> None:
    texts = sample_data.splits["test"]["text"]
    exact = runtime.predict(rowwise, rowwise.onnx, texts)
    ours = runtime.predict(rowwise, rowwise.onnx_quantized, texts)
    theirs = runtime.predict(exported.artifact, exported.artifact.onnx_quantized, texts)
    assert 0 < np.std(ours - exact) < np.std(theirs - exact)


def test_the_same_weights_give_the_same_file(rowwise: Artifact) -> None:
    content = rowwise.onnx_quantized.read_bytes()
    assert is_quantized(rowwise, ROWWISE) and not is_quantized(rowwise, QuantizeConfig())
    rowwise.onnx_quantized.unlink()
    quantize(rowwise, ROWWISE)
    assert rowwise.onnx_quantized.read_bytes() == content


def test_layers_can_be_kept_in_float32(exported: Made, tmp_path: Path) -> None:
    artifact = exported.copy()
    name = linear_nodes(slim(onnx.load(artifact.onnx), 32).graph)[0].name
    for patterns, left in (([name], 2 * 6 - 1), (["*layer.1/*", name], 6 - 1), (["*"], 0)):
        if left:
            quantize(artifact, replace(ROWWISE, keep_float=patterns))
            assert count_quantized(artifact.onnx_quantized) == {"MatMulIntegerToFloat": left}
        else:
            with pytest.raises(QuantizationError, match="no node was quantized by method rowwise"):
                quantize(artifact, replace(ROWWISE, keep_float=patterns))
    content = artifact.onnx_quantized.read_bytes()
    with pytest.raises(QuantizationError, match="keep_float 'absent' is no node") as got:
        quantize(artifact, replace(ROWWISE, keep_float=["absent"]))
    assert "\n" not in str(got.value) and artifact.onnx_quantized.read_bytes() == content


def embeddings(model: onnx.ModelProto) -> tuple[np.ndarray, np.ndarray]:
    """Levels and scales of the word embeddings."""
    tensors = {t.name: t for t in model.graph.initializer if "word_embeddings" in t.name}
    names = [next(name for name in tensors if name.endswith(end)) for end in ("int8", "scales")]
    levels, scales = (numpy_helper.to_array(tensors[name]) for name in names)
    return levels, scales


def test_larger_steps_and_unread_pieces_compress_better(exported: Made) -> None:
    prepared = prepare(exported.artifact)
    sizes = [
        len(compressed(prepared.quantized(scheme).SerializeToString()))
        for scheme in (
            ROWWISE,
            replace(ROWWISE, weight_step=0.1),
            replace(ROWWISE, weight_step=0.1, embedding_step=0.1),
            replace(ROWWISE, weight_step=0.1, embedding_step=0.1, alphabets=["latin"]),
        )
    ]
    assert sizes == sorted(sizes, reverse=True) and len(set(sizes)) == len(sizes)


def test_unread_pieces_become_the_unknown_one_and_no_other_changes(exported: Made) -> None:
    prepared = prepare(exported.artifact)
    vocabulary = prepared.tokenizer.get_vocab()
    whole = embeddings(prepared.quantized(ROWWISE))
    cut = embeddings(prepared.quantized(replace(ROWWISE, alphabets=["latin"])))
    unread = unread_pieces(vocabulary, ["latin"])
    read = np.setdiff1d(np.arange(len(vocabulary)), unread)
    assert len(unread) > 2000
    for before, after in zip(whole, cut, strict=True):
        np.testing.assert_array_equal(after[read], before[read])
        unknown = before[prepared.tokenizer.unk_token_id]
        np.testing.assert_array_equal(after[unread], np.broadcast_to(unknown, after[unread].shape))


def test_the_embeddings_can_be_kept_alone_or_rounded_alone(exported: Made) -> None:
    prepared = prepare(exported.artifact)
    lookup, *linear = prepared.nodes()
    assert lookup == embedding_node(prepared.graph.graph).name
    spared = prepared.quantized(replace(ROWWISE, keep_float=[lookup]))
    assert sum(n.op_type == "MatMulIntegerToFloat" for n in spared.graph.node) == len(linear)
    assert not any(t.name.endswith("embeddings.weight/int8") for t in spared.graph.initializer)
    alone = prepared.quantized(replace(ROWWISE, keep_float=linear))
    assert not any(n.op_type == "MatMulIntegerToFloat" for n in alone.graph.node)
    assert embeddings(alone)[0].dtype == np.int8


def test_a_preparation_that_changes_the_logits_is_refused(
    exported: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    artifact = exported.copy()
    content = artifact.onnx_quantized.read_bytes()
    monkeypatch.setattr("export.int8.slim._fold_token_types", lambda graph: _spoil(graph))
    with pytest.raises(QuantizationError, match=r"logits differ by .* quantize\.method dynamic"):
        quantize(artifact, ROWWISE)
    assert artifact.onnx_quantized.read_bytes() == content


def _spoil(graph: onnx.GraphProto) -> None:
    (bias,) = (tensor for tensor in graph.initializer if tensor.name == "classifier.bias")
    bias.CopyFrom(numpy_helper.from_array(numpy_helper.to_array(bias) + np.float32(1), bias.name))
