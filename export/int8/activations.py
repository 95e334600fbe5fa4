"""What a graph computes on the embedded sample: how large its activations become, and how exact."""

import csv
from collections.abc import Sequence

import numpy as np
import onnx
import onnxruntime as ort
from numpy.typing import NDArray
from onnx import TensorProto, helper

from export.graph.session import open_session
from export.int8.nodes import linear_nodes
from training.run.files import ROOT

# Always at hand, so that the same weights give the same file wherever it is made.
RANGE_TEXTS = ROOT / "training" / "data" / "sample" / "train.csv"


def range_texts() -> list[str]:
    """English descriptions of situations, from the embedded sample."""
    with RANGE_TEXTS.open(encoding="utf-8", newline="") as file:
        return [row["situation"] for row in csv.DictReader(file)]


def largest_magnitudes(
    model: onnx.ModelProto, token_ids: Sequence[list[int]]
) -> dict[str, NDArray[np.float32]]:
    """For the input of each linear layer the largest magnitude of each channel, [inputs].

    Args:
        model: a graph that takes ``input_ids`` alone.
        token_ids: of real texts, special tokens included.
    """
    watched = onnx.ModelProto()
    watched.CopyFrom(model)
    names = sorted({node.input[0] for node in linear_nodes(watched.graph)})
    for name in names:
        watched.graph.output.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, None))
    session = open_session(watched.SerializeToString())
    largest: dict[str, NDArray[np.float32]] = {}
    for ids in token_ids:
        values = session.run(names, {"input_ids": np.array([ids], dtype=np.int64)})
        for name, value in zip(names, values, strict=True):
            magnitude = np.abs(value).max(axis=(0, 1))
            largest[name] = np.maximum(largest.get(name, magnitude), magnitude)
    return largest


def largest_difference(
    model: onnx.ModelProto, other: onnx.ModelProto, token_ids: Sequence[list[int]]
) -> float:
    """The largest difference of a logit between two graphs, one text at a time."""
    sessions = [open_session(graph.SerializeToString()) for graph in (model, other)]
    differences = [
        np.abs(_logits(sessions[0], ids) - _logits(sessions[1], ids)).max() for ids in token_ids
    ]
    return float(np.max(differences))  # not a number stays that


def _logits(session: ort.InferenceSession, ids: list[int]) -> NDArray[np.float32]:
    row = np.array([ids], dtype=np.int64)
    feeds = {"input_ids": row, "attention_mask": row**0, "token_type_ids": row * 0}
    names = [node.name for node in session.get_inputs()]
    return session.run(["logits"], {name: feeds[name] for name in names})[0]
