"""The attention mask put back into an int8 graph, so that texts may be padded to a batch.

Our page asks one unpadded text at a time, and its graph does without a mask. Other people's
libraries pad what they are given together, and would get other answers without a word.
"""

import onnx
from onnx import TensorProto, helper
from onnxruntime.transformers.onnx_model import OnnxModel

_IDS, _MASK = "input_ids", "attention_mask"
_ATTENTION = "MultiHeadAttention"
_PADDING_INPUT = 4  # query, key, value and bias come first
_MASK_OF_ATTENTION = f"{_MASK}/int32"


def is_blind(model: onnx.ModelProto) -> bool:
    """Whether a graph takes padding for text, having no attention mask among its inputs."""
    return _MASK not in {value.name for value in model.graph.input}


def with_mask(model: onnx.ModelProto) -> onnx.ModelProto:
    """A copy of a graph for single texts that takes ``attention_mask`` [batch, length], too.

    Rows have a scale each, so what is rounded in one token does not depend on the padding.
    """
    copy = onnx.ModelProto()
    copy.CopyFrom(model)
    graph = copy.graph
    kept = [node for node in graph.node if _MASK not in node.output]  # one made it, of ones
    del graph.node[:]
    graph.node.extend(kept)
    (ids,) = (value for value in graph.input if value.name == _IDS)
    mask = graph.input.add()
    mask.CopyFrom(ids)
    mask.name = _MASK
    _let_attention_read_it(graph)
    OnnxModel(copy).prune_graph()
    onnx.checker.check_model(copy)
    return copy


def _let_attention_read_it(graph: onnx.GraphProto) -> None:
    attention = [node for node in graph.node if node.op_type == _ATTENTION]
    if not attention:
        return  # it was never fused, and reads the mask as it did before
    for node in attention:
        node.input.extend([""] * (_PADDING_INPUT - len(node.input)))
        node.input.append(_MASK_OF_ATTENTION)
    cast = helper.make_node(
        "Cast", [_MASK], [_MASK_OF_ATTENTION], name=f"{_MASK_OF_ATTENTION}/Cast",
        to=TensorProto.INT32,
    )  # fmt: skip
    graph.node.insert(0, cast)
