"""Opening a base as a classifier, with one sentence where transformers would print a page."""

import inspect
from collections.abc import Sequence
from typing import Any

import torch
from safetensors import SafetensorError
from transformers import (
    AutoConfig,
    AutoModelForSequenceClassification,
    AutoTokenizer,
    PreTrainedModel,
    PreTrainedTokenizerBase,
)

from training.bases.layers import keep_layers
from training.bases.pooling import MEAN_POOLED, open_mean_pooled
from training.bases.resolve import Base
from training.run.errors import InputError, one_line

# What transformers raises on files that are missing, damaged or of something else.
_UNREADABLE = (
    OSError,
    ValueError,
    KeyError,
    TypeError,
    AttributeError,
    RuntimeError,
    SafetensorError,
)


def open_base(
    base: Base,
    labels: list[str],
    max_length: int,
    pooling: str = "first",
    layers: Sequence[int] | None = None,
) -> tuple[PreTrainedModel, PreTrainedTokenizerBase]:
    """The encoder with a new head for ``labels``, in float32, and its tokenizer.

    A run of ours is a base as any other; where it has as many labels it brings its own head along.

    Args:
        pooling: "first" for transformers' own head, "mean" for the mean of the hidden states.
        layers: those of the encoder that are kept, counted from 0; None for all.

    Raises:
        InputError: the files cannot be read, are of another architecture or do not belong
            together, or lack weights of the encoder, which transformers would draw at random with
            no more than a warning; or it has no such layers.
    """
    try:
        names = {
            "id2label": dict(enumerate(labels)),
            "label2id": {label: index for index, label in enumerate(labels)},
        }
        settings = {
            "dtype": torch.float32,
            "output_loading_info": True,
            "ignore_mismatched_sizes": True,  # a head may be for other labels; see _lost
        }
        pooled = AutoConfig.from_pretrained(base.path).model_type.startswith(MEAN_POOLED)
        if pooling == "mean" and not pooled:
            model, found = open_mean_pooled(base.path, names, **settings)
        else:
            model, found = AutoModelForSequenceClassification.from_pretrained(
                base.path, **names, **settings
            )
        tokenizer = _open_tokenizer(base, model, model_max_length=max_length)
    except _UNREADABLE as error:
        raise InputError(
            f"base '{base.id}' ({base.path}): not an encoder with its tokenizer that can "
            f"be opened as a classifier ({one_line(error, 160)}); give another checkpoint"
        ) from error
    if pooled and pooling != "mean":
        raise InputError(
            f"base '{base.id}' ({base.path}): classifies the mean of the hidden states; "
            "set train.pooling to mean"
        )
    lost = _lost(model, found)
    if lost:
        raise InputError(
            f"base '{base.id}' ({base.path}): its weights lack {len(lost)} tensors that its "
            f"config.json calls for, first {lost[0]}; give a checkpoint whose files belong together"
        )
    if not tokenizer.is_fast:
        raise InputError(f"base '{base.id}' ({base.path}): it has no fast tokenizer; give one")
    if layers is not None:
        keep_layers(model, layers, base.id)
    known = model.get_input_embeddings().num_embeddings
    if len(tokenizer) > known:
        raise InputError(
            f"base '{base.id}' ({base.path}): its tokenizer has {len(tokenizer)} words, more "
            f"than the {known} of its weights; give a checkpoint whose files belong together"
        )
    return model, tokenizer


def _open_tokenizer(base: Base, model: PreTrainedModel, **settings: Any) -> PreTrainedTokenizerBase:
    """A tokenizer that gives the model no more than it takes: DistilBERT has no token types."""
    tokenizer = AutoTokenizer.from_pretrained(base.path, **settings)
    taken = inspect.signature(model.forward).parameters
    names = [name for name in tokenizer.model_input_names if name in taken]
    if names == tokenizer.model_input_names:
        return tokenizer
    return AutoTokenizer.from_pretrained(base.path, model_input_names=names, **settings)


def _lost(model: PreTrainedModel, found: dict[str, Any]) -> list[str]:
    """Weights of the encoder that are missing or of another shape; head and pooler may be new."""
    encoder = f"{model.base_model_prefix}."
    keys = {*found["missing_keys"], *found["mismatched_keys"]}
    return sorted(k for k in keys if k.startswith(encoder) and ".pooler." not in k)
