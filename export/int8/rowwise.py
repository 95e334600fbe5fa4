"""int8 with one scale for each token: weights in eight bits, activations rounded at run time.

onnxruntime's own dynamic quantization gives a whole activation one scale, so that one large value
takes the resolution from all tokens. Here every row has its own, computed by plain operators beside
the integer product; and channels that are large on all texts are made smaller before rounding,
their weights larger by as much (SmoothQuant: Xiao et al., 2023).
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from export.int8.nodes import embedding_node, linear_nodes
from export.int8.scales import (
    LEVELS,
    Floats,
    embedding_steps,
    root_mean_square,
    smoothing_factors,
    to_int8,
)

_GELU_MINIMUM = -0.17  # rounded down: what GELU gives is never below
_SMALLEST_SCALE = 1e-9  # for a row of zeros
_MICROSOFT = "com.microsoft"
_GELU = ("BiasGelu", "Gelu", "FastGelu")


@dataclass(frozen=True)
class Settings:
    """How coarse a quantized graph is, and what in it stays as it was.

    Attributes:
        smoothing: α of SmoothQuant; 0 leaves the channels as they are.
        weight_step, embedding_step: smallest scales, as shares of a table's root mean square.
        unread: rows of the word embeddings that shall be those of the piece ``unknown``.
        keep_float: names of nodes to leave in float32.
    """

    smoothing: float = 0.0
    weight_step: float = 0.0
    embedding_step: float = 0.0
    unread: Sequence[int] = ()
    unknown: int = 0
    keep_float: Collection[str] = ()


def quantize_rowwise(
    model: onnx.ModelProto, largest: Mapping[str, Floats], settings: Settings
) -> onnx.ModelProto:
    """A copy of the graph with its linear layers and word embeddings in int8.

    Args:
        model: float32.
        largest: for each input of a linear layer the largest magnitude of each channel, [inputs].
    """
    copy = onnx.ModelProto()
    copy.CopyFrom(model)
    graph = copy.graph
    _Rewriter(graph, largest, settings).rewrite()
    if all(opset.domain != _MICROSOFT for opset in copy.opset_import):
        copy.opset_import.append(helper.make_opsetid(_MICROSOFT, 1))
    onnx.checker.check_model(copy)
    return copy


class _Rewriter:
    """Replaces nodes one by one; activations that several layers read are rounded once."""

    def __init__(
        self, graph: onnx.GraphProto, largest: Mapping[str, Floats], settings: Settings
    ) -> None:
        self._graph = graph
        self._largest = largest
        self._settings = settings
        kept = settings.keep_float
        self._linear_names = {n.name for n in linear_nodes(graph) if n.name not in kept}
        lookup = embedding_node(graph)
        self._lookup_name = lookup.name if lookup and lookup.name not in kept else None
        self._tensors = {tensor.name: tensor for tensor in graph.initializer}
        self._rounded: dict[str, Floats] = {}  # activation → its smoothing factors
        self._one_sided = {
            name for node in graph.node if node.op_type in _GELU for name in node.output
        }

    def rewrite(self) -> None:
        nodes = [new for node in self._graph.node for new in self._replacement(node)]
        del self._graph.node[:]
        self._graph.node.extend(nodes)
        used = {name for node in nodes for name in node.input}
        del self._graph.initializer[:]
        kept = (tensor for name, tensor in self._tensors.items() if name in used)
        self._graph.initializer.extend(kept)

    def _replacement(self, node: onnx.NodeProto) -> Iterator[onnx.NodeProto]:
        if node.name in self._linear_names:
            yield from self._linear(node)
        elif node.name == self._lookup_name:
            yield from self._embedding(node)
        else:
            yield node

    def _linear(self, node: onnx.NodeProto) -> Iterator[onnx.NodeProto]:
        activation, weight = node.input
        if activation not in self._rounded:
            yield from self._round(activation)
        factors = self._rounded[activation]
        smooth = self._array(weight) * factors[:, None]
        step = self._settings.weight_step * root_mean_square(smooth)
        values, scales = to_int8(smooth, axis=0, smallest=step)
        base, one_sided = node.name, activation in self._one_sided
        inputs = [
            f"{activation}/int8",
            self._constant(f"{base}/weight", values),
            self._constant("rowwise/one", np.float32(1)),
            self._constant(f"{base}/scales", scales[0]),
            self._zero_point(activation),
            self._constant("rowwise/weight_zero_point", np.int8(0)),
        ]
        yield helper.make_node(
            "MatMulIntegerToFloat", inputs, [f"{base}/product"], name=base, domain=_MICROSOFT
        )
        scaled = f"{base}/scaled" if one_sided else node.output[0]
        yield _node("Mul", [f"{base}/product", f"{activation}/scale"], scaled, base)
        if one_sided:  # what was added before rounding is taken off again
            raised = _GELU_MINIMUM * (values * scales / factors[:, None]).sum(axis=0)
            offset = self._constant(f"{base}/offset", raised.astype(np.float32))
            yield _node("Add", [scaled, offset], node.output[0], base)

    def _round(self, activation: str) -> Iterator[onnx.NodeProto]:
        """Nodes that give ``<activation>/int8`` and ``<activation>/scale``, [1, tokens, 1]."""
        readers = [
            self._array(node.input[1])
            for node in self._graph.node
            if node.name in self._linear_names and node.input[0] == activation
        ]
        factors = smoothing_factors(self._largest[activation], readers, self._settings.smoothing)
        self._rounded[activation] = factors
        magnitude, smooth, levels = activation, activation, LEVELS
        if activation in self._one_sided:  # all levels for what is above the minimum
            levels, raised = 255, self._constant("rowwise/raise", np.float32(-_GELU_MINIMUM))
            magnitude = smooth = f"{activation}/raised"
            yield _node("Add", [activation, raised], smooth)
        if (factors != 1).any():
            inverse = self._constant(f"{activation}/factors", 1 / factors)
            yield _node("Mul", [smooth, inverse], f"{activation}/smooth")
            magnitude = smooth = f"{activation}/smooth"
        if activation not in self._one_sided:
            magnitude = f"{activation}/abs"
            yield _node("Abs", [smooth], magnitude)
        yield from self._scale(activation, magnitude, levels)
        yield _node("Div", [smooth, f"{activation}/scale"], f"{activation}/levels")
        one = self._constant("rowwise/one", np.float32(1))
        zero_point = self._zero_point(activation)
        yield _node(
            "QuantizeLinear", [f"{activation}/levels", one, zero_point], f"{activation}/int8"
        )

    def _scale(self, activation: str, magnitude: str, levels: int) -> Iterator[onnx.NodeProto]:
        last_axis = self._constant("rowwise/last_axis", np.array([-1]))
        per_level = self._constant(f"rowwise/per_level_{levels}", np.float32(1 / levels))
        smallest = self._constant("rowwise/smallest", np.float32(_SMALLEST_SCALE))
        yield _node("ReduceMax", [magnitude, last_axis], f"{activation}/max")
        yield _node("Mul", [f"{activation}/max", per_level], f"{activation}/level")
        yield _node("Max", [f"{activation}/level", smallest], f"{activation}/scale")

    def _zero_point(self, activation: str) -> str:
        zero = 0 if activation in self._one_sided else 128
        return self._constant(f"rowwise/zero_point_{zero}", np.uint8(zero))

    def _embedding(self, node: onnx.NodeProto) -> Iterator[onnx.NodeProto]:
        """Rows in int8, each with its own scale, looked up and multiplied."""
        table, ids = node.input
        rows = self._array(table)
        values, scales = to_int8(rows, 1, embedding_steps(rows, self._settings.embedding_step))
        unread, unknown = list(self._settings.unread), self._settings.unknown
        values[unread], scales[unread] = values[unknown], scales[unknown]
        names = [self._constant(f"{table}/{kind}", array) for kind, array in
                 (("int8", values), ("scales", scales))]  # fmt: skip
        yield _node("Gather", [names[0], ids], f"{table}/row")
        yield _node("Gather", [names[1], ids], f"{table}/row_scale")
        yield _node("Cast", [f"{table}/row"], f"{table}/row_float", to=TensorProto.FLOAT)
        yield _node("Mul", [f"{table}/row_float", f"{table}/row_scale"], node.output[0], table)

    def _array(self, name: str) -> Floats:
        return numpy_helper.to_array(self._tensors[name]).astype(np.float32)

    def _constant(self, name: str, values: np.ndarray | np.generic) -> str:
        self._tensors[name] = numpy_helper.from_array(np.ascontiguousarray(values), name)
        return name


def _node(
    operator: str, inputs: list[str], output: str, base: str = "", **attributes: int
) -> onnx.NodeProto:
    name = f"{base or output}/{operator}"
    return helper.make_node(operator, inputs, [output], name=name, **attributes)
