"""The ``rowwise`` method: a graph made ready once, then quantized by as many schemes as wanted."""

import fnmatch
from dataclasses import dataclass
from typing import Any

import onnx

from export.graph.from_torch import CHECKED_TEXTS, MAX_LOGIT_DIFFERENCE
from export.int8.activations import largest_difference, largest_magnitudes, range_texts
from export.int8.nodes import embedding_node, linear_nodes
from export.int8.rowwise import Settings, quantize_rowwise
from export.int8.scales import Floats
from export.int8.slim import slim
from export.int8.unread import unread_pieces
from training.run.artifact import Artifact
from training.run.config import QuantizeConfig
from training.run.errors import CheckError, one_line


class QuantizationError(CheckError):
    """The quantized graph is not what was asked for."""


@dataclass(frozen=True)
class Prepared:
    """A float32 graph for one text at a time, and what is known of it.

    Attributes:
        largest: for each input of a linear layer the largest magnitude of each channel, [inputs].
    """

    artifact: Artifact
    graph: onnx.ModelProto
    largest: dict[str, Floats]
    tokenizer: Any

    def nodes(self) -> list[str]:
        """Names of all nodes that can be quantized, the lookup of embeddings first."""
        lookup = embedding_node(self.graph.graph)
        linear = [node.name for node in linear_nodes(self.graph.graph)]
        return [lookup.name, *linear] if lookup else linear

    def quantized(self, scheme: QuantizeConfig) -> onnx.ModelProto:
        """The graph in int8.

        Raises:
            QuantizationError: the scheme keeps nodes that are not there.
        """
        settings = Settings(
            smoothing=scheme.smoothing,
            weight_step=scheme.weight_step,
            embedding_step=scheme.embedding_step,
            unread=unread_pieces(self.tokenizer.get_vocab(), scheme.alphabets),
            unknown=self.tokenizer.unk_token_id or 0,
            keep_float=self._kept(scheme.keep_float),
        )
        return quantize_rowwise(self.graph, self.largest, settings)

    def _kept(self, patterns: list[str]) -> set[str]:
        known, kept = self.nodes(), set()
        for pattern in patterns:
            found = fnmatch.filter(known, pattern)
            if not found:
                raise QuantizationError(
                    f"{self.artifact.onnx}: quantize.keep_float '{pattern}' is no node that can be "
                    f"quantized; there are {', '.join(known[:3])}, ..."
                )
            kept.update(found)
        return kept


def prepare(artifact: Artifact) -> Prepared:
    """Read ``model.onnx``, take out what single texts do not need, and measure its activations.

    Raises:
        QuantizationError: the graph could not be prepared without changing what it computes.
    """
    tokenizer = artifact.load_tokenizer()
    token_ids = tokenizer(range_texts(), truncation=True)["input_ids"]
    longest = tokenizer(" ".join(range_texts()), truncation=True)["input_ids"]
    full = onnx.load(artifact.onnx)
    try:
        slimmed = slim(full, tokenizer.model_max_length)
        difference = largest_difference(full, slimmed, [*token_ids[:CHECKED_TEXTS], longest])
    except Exception as error:  # onnxruntime's have no class in common
        raise _unknown_graph(artifact, one_line(error, 160)) from error
    if not difference <= MAX_LOGIT_DIFFERENCE:
        raise QuantizationError(
            f"{artifact.onnx}: without what single texts do not need, logits differ by "
            f"{difference:.2e}, more than {MAX_LOGIT_DIFFERENCE:.0e}; use quantize.method dynamic"
        )
    inputs = [value.name for value in slimmed.graph.input]
    if inputs != ["input_ids"]:
        raise _unknown_graph(artifact, f"it still takes {', '.join(inputs)}")
    return Prepared(artifact, slimmed, largest_magnitudes(slimmed, token_ids), tokenizer)


def _unknown_graph(artifact: Artifact, reason: str) -> QuantizationError:
    return QuantizationError(
        f"{artifact.onnx}: quantize.method rowwise does not know how to take out of this graph "
        f"what single texts do not need ({reason}); use quantize.method dynamic"
    )
