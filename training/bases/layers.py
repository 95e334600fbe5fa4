"""A shallower encoder: some layers of a pretrained one (Sajjad et al., 2023)."""

from collections.abc import Sequence

from torch import nn
from transformers import PreTrainedModel

from training.run.errors import InputError


def keep_layers(model: PreTrainedModel, layers: Sequence[int], name: str) -> None:
    """Leave out all layers of the encoder but these, in place.

    Args:
        layers: counted from 0, ascending.
        name: of the base, for messages.

    Raises:
        InputError: the encoder has no list of layers, or not all of these.
    """
    lists = [
        module
        for path, module in model.base_model.named_modules()
        if isinstance(module, nn.ModuleList) and path.rpartition(".")[2] == "layer"
    ]
    if len(lists) != 1:
        raise InputError(
            f"base '{name}': no single list of layers to choose from; remove train.layers"
        )
    count = len(lists[0])
    if not layers or sorted(set(layers)) != list(layers) or layers[-1] >= count:
        raise InputError(
            f"base '{name}': train.layers {list(layers)}: give some of 0 to {count - 1}, ascending"
        )
    kept = [lists[0][layer] for layer in layers]
    del lists[0][:]
    lists[0].extend(kept)
    model.config.num_hidden_layers = len(kept)
