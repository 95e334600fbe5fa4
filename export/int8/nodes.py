"""The nodes of a graph that can be rounded."""

import onnx


def linear_nodes(graph: onnx.GraphProto) -> list[onnx.NodeProto]:
    """The products with a constant weight, [inputs, outputs], in the order of the graph."""
    weights = {tensor.name for tensor in graph.initializer}
    return [n for n in graph.node if n.op_type == "MatMul" and n.input[1] in weights]


def embedding_node(graph: onnx.GraphProto) -> onnx.NodeProto | None:
    """The lookup of word embeddings."""
    lookups = (node for node in graph.node if node.op_type == "Gather")
    return next((node for node in lookups if "word_embeddings" in node.input[0]), None)
