"""A TinyBERT-shaped encoder out of a larger BERT: what matters least is left out.

Layers are chosen by what leaving them out does to the last hidden states; features, neurons and
head dimensions by the expected square of what they contribute to whatever reads them, and the mean
of what is left out goes into the reader's bias.
"""

import itertools
import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from transformers import BatchEncoding, BertConfig, BertModel
from transformers.models.bert.modeling_bert import BertLayer

from training.bases.student import Student

# huawei-noah/TinyBERT_General_4L_312D
LAYERS = 4
HIDDEN = 312
INTERMEDIATE = 1200


@dataclass(frozen=True)
class _Input:
    """What a linear layer reads, over all real tokens: mean and variance of each feature."""

    mean: Tensor
    variance: Tensor


@torch.no_grad()
def prune_to_tinybert(source: BertModel, batch: BatchEncoding) -> Student:
    """A BERT of TinyBERT's size with the most important parts of ``source``.

    Args:
        source: a BERT with at least 4 layers, hidden size 312 and feed-forward size 1200.
        batch: texts, tokenized and padded, on which importance is measured.

    Returns:
        The pruned model in evaluation mode, and what it kept, ascending; each layer learns from
        the one that it was, but for the last.
    """
    settings = source.config
    kept_layers = _choose_layers(source, batch)
    inputs = _observe(source, batch)
    features = _top(_feature_importance(source, inputs), HIDDEN)
    pruned = BertModel(
        BertConfig(
            vocab_size=settings.vocab_size,
            hidden_size=HIDDEN,
            num_hidden_layers=LAYERS,
            num_attention_heads=settings.num_attention_heads,
            intermediate_size=INTERMEDIATE,
            pad_token_id=settings.pad_token_id,
            attn_implementation=settings._attn_implementation,
        )
    ).eval()
    old, new = source.embeddings, pruned.embeddings
    for name in ("word_embeddings", "position_embeddings", "token_type_embeddings"):
        getattr(new, name).weight.copy_(getattr(old, name).weight[:, features])
    _copy_norm(old.LayerNorm, new.LayerNorm, features)
    for index, layer in zip(kept_layers, pruned.encoder.layer, strict=True):
        _prune_layer(source.encoder.layer[index], layer, features, inputs, settings)
    pooler = source.pooler.dense
    pruned.pooler.dense.weight.copy_(pooler.weight[features][:, features])
    pruned.pooler.dense.bias.copy_(pooler.bias[features])
    # The last layer is what a classifier reads, so it learns from the source's last.
    learns = dict(enumerate([*kept_layers[:-1], settings.num_hidden_layers - 1]))
    return Student(pruned, kept_layers, features.tolist(), learns)


def _choose_layers(source: BertModel, batch: BatchEncoding) -> list[int]:
    """The layers without which the last hidden states change most."""
    real = batch["attention_mask"].bool()
    layers = source.encoder.layer
    wanted = source(**batch).last_hidden_state[real]
    change = {}
    for kept in itertools.combinations(range(len(layers)), LAYERS):
        source.encoder.layer = nn.ModuleList(layers[i] for i in kept)
        found = source(**batch).last_hidden_state[real]
        change[kept] = float((found - wanted).square().mean())
    source.encoder.layer = layers
    return list(min(change, key=change.__getitem__))


def _observe(source: BertModel, batch: BatchEncoding) -> dict[nn.Module, _Input]:
    """Statistics of the input of each linear layer."""
    real = batch["attention_mask"].bool()
    seen = {}

    def before(module: nn.Module, args: tuple[Tensor, ...]) -> None:
        values = args[0][real]
        seen[module] = _Input(values.mean(dim=0), values.var(dim=0))

    hooks = [
        module.register_forward_pre_hook(before)
        for module in source.encoder.modules()
        if isinstance(module, nn.Linear)
    ]
    source(**batch)
    for hook in hooks:
        hook.remove()
    return seen


def _contribution(linear: nn.Linear, inputs: dict[nn.Module, _Input]) -> Tensor:
    """Expected squared contribution of each input feature to the output, [in]."""
    return inputs[linear].variance * linear.weight.square().sum(dim=0)


def _feature_importance(source: BertModel, inputs: dict[nn.Module, _Input]) -> Tensor:
    total = torch.zeros(source.config.hidden_size)
    for layer in source.encoder.layer:
        attention = layer.attention.self
        for reader in (attention.query, attention.key, attention.value, layer.intermediate.dense):
            total += _contribution(reader, inputs)
    return total


def _prune_layer(
    old: BertLayer,
    new: BertLayer,
    features: Tensor,
    inputs: dict[nn.Module, _Input],
    settings: BertConfig,
) -> None:
    attention, theirs = old.attention, new.attention
    heads = settings.num_attention_heads
    size = new.attention.self.attention_head_size
    scores = _score_importance(attention.self.query, attention.self.key, inputs)
    scored = _top_in_heads(scores, heads, size)
    mixed = _top_in_heads(_contribution(attention.output.dense, inputs), heads, size)
    neurons = _top(_contribution(old.output.dense, inputs), INTERMEDIATE)
    _copy_part(attention.self.query, theirs.self.query, scored, features, inputs)
    # Scores are divided by the root of the head size, which is smaller now.
    shrink = math.sqrt(size / attention.self.attention_head_size)
    theirs.self.query.weight.mul_(shrink)
    theirs.self.query.bias.mul_(shrink)
    _copy_part(attention.self.key, theirs.self.key, scored, features, inputs)
    _copy_part(attention.self.value, theirs.self.value, mixed, features, inputs)
    _copy_part(attention.output.dense, theirs.output.dense, features, mixed, inputs)
    _copy_norm(attention.output.LayerNorm, theirs.output.LayerNorm, features)
    _copy_part(old.intermediate.dense, new.intermediate.dense, neurons, features, inputs)
    _copy_part(old.output.dense, new.output.dense, features, neurons, inputs)
    _copy_norm(old.output.LayerNorm, new.output.LayerNorm, features)


def _score_importance(query: nn.Linear, key: nn.Linear, inputs: dict[nn.Module, _Input]) -> Tensor:
    """Share of each dimension in the attention scores, up to a factor: energy of q times of k."""
    energies = [
        linear.weight.square() @ inputs[linear].variance
        + (linear.weight @ inputs[linear].mean + linear.bias).square()
        for linear in (query, key)
    ]
    return energies[0] * energies[1]


def _top(importance: Tensor, count: int) -> Tensor:
    """Indices of the ``count`` largest, ascending."""
    return importance.topk(count).indices.sort().values


def _top_in_heads(importance: Tensor, heads: int, size: int) -> Tensor:
    """Indices of the ``size`` largest of each head, ascending."""
    by_head = importance.view(heads, -1)
    kept = by_head.topk(size).indices.sort(dim=1).values
    return (kept + by_head.shape[1] * torch.arange(heads)[:, None]).flatten()


def _copy_part(
    old: nn.Linear,
    new: nn.Linear,
    rows: Tensor,
    columns: Tensor,
    inputs: dict[nn.Module, _Input],
) -> None:
    left_out = torch.ones(old.in_features, dtype=torch.bool)
    left_out[columns] = False
    new.weight.copy_(old.weight[rows][:, columns])
    new.bias.copy_(old.bias[rows] + old.weight[rows][:, left_out] @ inputs[old].mean[left_out])


def _copy_norm(old: nn.LayerNorm, new: nn.LayerNorm, features: Tensor) -> None:
    new.weight.copy_(old.weight[features])
    new.bias.copy_(old.bias[features])
