"""A graph for one unpadded text at a time: fused operators, one input, nothing computed in vain.

Nothing is rounded here: the logits stay what they were up to the order of additions.
"""

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.transformers.fusion_options import FusionOptions
from onnxruntime.transformers.onnx_model import OnnxModel
from onnxruntime.transformers.optimizer import optimize_model

from export.graph.session import open_session

_IDS, _MASK = "input_ids", "attention_mask"
_POSITIONS = "position_embeddings"
_ATTENTION = "MultiHeadAttention"
_MASK_INPUT = 4  # query, key, value and bias come first; what follows is about padding


def slim(model: onnx.ModelProto, max_length: int) -> onnx.ModelProto:
    """The graph of a BERT-like encoder without what a single unpadded text does not need.

    Attention, GELU and residual LayerNorm become one operator each, the attention mask and the
    second sentence's branch go, and so do positions that no text of ``max_length`` tokens reads.
    What another architecture does not have, or has in another form, is left as it is.
    """
    graph = _fuse(model)
    for node in graph.graph.node:
        if node.op_type == _ATTENTION:
            del node.input[_MASK_INPUT:]
    _see_every_token(graph.graph)
    _fold_token_types(graph.graph)
    _cut_positions(graph, max_length)
    OnnxModel(graph).prune_graph()
    return graph


def _fuse(model: onnx.ModelProto) -> onnx.ModelProto:
    options = FusionOptions("bert")
    options.use_multi_head_attention = True  # the projections stay apart, to be quantized
    options.enable_embed_layer_norm = False  # it would want the embeddings in float32
    copy = onnx.ModelProto()
    copy.CopyFrom(model)
    return optimize_model(
        copy, model_type="bert", num_heads=0, hidden_size=0, optimization_options=options,
        opt_level=0,
    ).model  # fmt: skip


def _see_every_token(graph: onnx.GraphProto) -> None:
    """Make the attention mask, where it is still read, of ones for all ids."""
    if not any(_MASK in node.input for node in graph.node):
        return
    same = helper.make_node("Equal", [_IDS, _IDS], [f"{_MASK}/bool"], name=f"{_MASK}/Equal")
    ones = helper.make_node(
        "Cast", same.output, [_MASK], name=f"{_MASK}/Cast", to=TensorProto.INT64
    )
    for node in (ones, same):
        graph.node.insert(0, node)
    inputs = [value for value in graph.input if value.name != _MASK]
    del graph.input[:]
    graph.input.extend(inputs)


def _fold_token_types(graph: onnx.GraphProto) -> None:
    """Add the embedding of the first sentence to every position's, and drop the lookup."""
    lookup = _lookup(graph, "token_type_embeddings")
    positions = _table(graph, _POSITIONS)
    if lookup is None or positions is None:
        return
    tables = {tensor.name: tensor for tensor in graph.initializer}
    first = numpy_helper.to_array(tables[lookup.input[0]])[0]
    (addition,) = (node for node in graph.node if lookup.output[0] in node.input)
    (words,) = (name for name in addition.input if name != lookup.output[0])
    for node in graph.node:
        node.input[:] = [words if name == addition.output[0] else name for name in node.input]
    _replace(positions, numpy_helper.to_array(positions) + first)


def _cut_positions(model: onnx.ModelProto, max_length: int) -> None:
    lookup = _lookup(model.graph, _POSITIONS)
    if lookup is None:
        return
    table = _table(model.graph, lookup.input[0])
    last = _largest_index(model, lookup, max_length)
    _replace(table, numpy_helper.to_array(table)[: last + 1])


def _largest_index(model: onnx.ModelProto, lookup: onnx.NodeProto, length: int) -> int:
    """The last row that a text of so many tokens reads: not everyone counts positions from 0."""
    watched = onnx.ModelProto()
    watched.CopyFrom(model)
    del watched.graph.output[:]
    index = helper.make_tensor_value_info(lookup.input[1], TensorProto.INT64, None)
    watched.graph.output.append(index)
    OnnxModel(watched).prune_graph()
    session = open_session(watched.SerializeToString())
    feeds = {node.name for node in session.get_inputs()}
    found = [0]
    for piece in (0, 2):  # padding, which some do not count, cannot be both
        ids = {_IDS: np.full((1, length), piece, dtype=np.int64)}
        values = session.run(None, {name: ids[name] for name in feeds})
        found.append(int(values[0].max()))
    return max(found)


def _table(graph: onnx.GraphProto, name: str) -> onnx.TensorProto | None:
    return next((tensor for tensor in graph.initializer if name in tensor.name), None)


def _lookup(graph: onnx.GraphProto, table: str) -> onnx.NodeProto | None:
    found = (node for node in graph.node if node.op_type == "Gather" and table in node.input[0])
    return next(found, None)


def _replace(tensor: onnx.TensorProto, values: np.ndarray) -> None:
    tensor.CopyFrom(numpy_helper.from_array(np.ascontiguousarray(values), tensor.name))
