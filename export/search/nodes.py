"""Which node of a graph cannot take eight bits: each one rounded alone, and all but that one."""

import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray

from export.graph import session as runtime
from export.int8.prepared import Prepared
from export.quality.distance import logit_distance
from training.run.config import QuantizeConfig

ALONE, SPARED = "alone", "spared"


def arrangements(nodes: list[str], node: str) -> dict[str, list[str]]:
    """Which nodes stay in float32 when ``node`` is the only one rounded, or the only one not."""
    return {ALONE: [name for name in nodes if name != node], SPARED: [node]}


def measure_node(
    prepared: Prepared,
    scheme: QuantizeConfig,
    node: str,
    texts: list[str],
    reference: NDArray[np.float32],
) -> dict[str, dict[str, float]]:
    """Distance from the float32 logits, and how many first answers are the same.

    Args:
        scheme: how to round; its own ``keep_float`` is not used.
        reference: logits of the float32 graph, [n, labels].
    """
    found = {}
    for name, kept in arrangements(prepared.nodes(), node).items():
        model = prepared.quantized(replace(scheme, keep_float=kept))
        with tempfile.NamedTemporaryFile(suffix=".onnx") as file:
            onnx.save(model, file.name)
            logits = runtime.predict(
                prepared.artifact, Path(file.name), texts, description=f"{node} {name}"
            )
        found[name] = logit_distance(logits, reference)
    return found
