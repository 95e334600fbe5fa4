"""A BERT twice as deep as another: every layer stands there twice.

After progressive stacking (Gong et al., 2019), which lays a copy of the whole stack on top. Here
each copy follows its original, so that a pair can learn to be to the next what one layer was.
"""

import copy

import torch
from transformers import BertModel

from training.bases.student import Student


@torch.no_grad()
def stack_twice(source: BertModel) -> Student:
    """A BERT of all layers of ``source`` twice, which is left as it was.

    It does not compute what ``source`` does before it has learnt to: the second of each pair is to
    give out what the one layer gives out, the first is free.

    Returns:
        The model in evaluation mode; layer ``2i`` and ``2i + 1`` are copies of layer ``i``.
    """
    depth = source.config.num_hidden_layers
    layers = [index for index in range(depth) for _ in range(2)]
    config = copy.deepcopy(source.config)
    config.num_hidden_layers = 2 * depth
    model = BertModel(config).eval()
    model.embeddings.load_state_dict(source.embeddings.state_dict())
    for ours, index in zip(model.encoder.layer, layers, strict=True):
        ours.load_state_dict(source.encoder.layer[index].state_dict())
    model.pooler.load_state_dict(source.pooler.state_dict())
    learns = {2 * index + 1: index for index in range(depth)}
    return Student(model, layers, list(range(config.hidden_size)), learns)
