"""The BERT that is read out of an ONNX file computes what the file does."""

import re
from collections.abc import Callable

import numpy as np
import onnx
import onnxruntime
import pytest
import torch

from training.bases.from_onnx import bert_from_onnx


def test_hidden_states_are_those_of_the_file(exported_bert: Callable[[], bytes]) -> None:
    content = exported_bert()
    bert = bert_from_onnx(onnx.load_from_string(content))
    ids = torch.randint(5, 30522, (3, 40), generator=torch.Generator().manual_seed(0))
    mask = (torch.arange(40)[None] < torch.tensor([40, 7, 1])[:, None]).long()
    session = onnxruntime.InferenceSession(content)
    (expected,) = session.run(
        ["output"], {"input_ids": ids.numpy(), "attention_mask": mask.numpy()}
    )
    with torch.no_grad():
        found = bert(ids, attention_mask=mask).last_hidden_state.numpy()
    real = mask.bool().numpy()
    np.testing.assert_allclose(found[real], expected[real], atol=1e-4)


def test_the_exporter_forgot_the_names_of_the_weights(exported_bert: Callable[[], bytes]) -> None:
    """What the conversion is for: without it these tests would prove nothing."""
    graph = onnx.load_from_string(exported_bert()).graph
    nameless = [t.name for t in graph.initializer if re.fullmatch(r"onnx::MatMul_\d+", t.name)]
    assert len(nameless) == 3 * 6


def test_a_tensor_that_is_missing_is_an_error(exported_bert: Callable[[], bytes]) -> None:
    model = onnx.load_from_string(exported_bert())
    (lost,) = (t for t in model.graph.initializer if "layer.1.output.LayerNorm.bias" in t.name)
    model.graph.initializer.remove(lost)
    with pytest.raises(RuntimeError, match=r"layer\.1\.output\.LayerNorm\.bias"):
        bert_from_onnx(model)
