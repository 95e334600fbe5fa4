"""A DistilBERT-shaped encoder out of a BERT of half its width, computing the same function.

Net2Net (Chen et al., 2016) and bert2BERT (Chen et al., 2022): every feature is duplicated, and what
reads a duplicated feature splits its weight between the two copies. Here the halves are unequal:
equal ones would get equal gradients for ever, and the copies would never learn to differ.
"""

import math

import torch
from torch import Generator, Tensor, nn
from transformers import BertModel, DistilBertConfig, DistilBertModel

_SPLIT = 0.5  # a weight w is read as w/2 · (1 ± up to this)


def widen_to_distilbert(source: BertModel, seed: int = 0) -> DistilBertModel:
    """A DistilBERT twice as wide as ``source``: its hidden states are the source's, each twice.

    Args:
        source: a BERT of hidden size h. Token type 0 is folded into the positions, because
            DistilBERT has no token types.
        seed: of the unequal halves.

    Returns:
        A model of hidden size 2h in evaluation mode; its hidden state is [x, x] where the
        source's is x.
    """
    settings = source.config
    heads = settings.num_attention_heads
    widened = DistilBertModel(
        DistilBertConfig(
            vocab_size=settings.vocab_size,
            max_position_embeddings=settings.max_position_embeddings,
            dim=2 * settings.hidden_size,
            hidden_dim=2 * settings.intermediate_size,
            n_layers=settings.num_hidden_layers,
            n_heads=heads,
            pad_token_id=settings.pad_token_id,
        )
    ).eval()
    random = Generator().manual_seed(seed)
    with torch.no_grad():
        _widen_embeddings(source, widened)
        for old, new in zip(source.encoder.layer, widened.transformer.layer, strict=True):
            ours, theirs = old.attention, new.attention
            _widen(ours.self.query, theirs.q_lin, random, out_groups=heads)
            _scale_queries(theirs.q_lin, heads, random)
            _widen(ours.self.key, theirs.k_lin, random, out_groups=heads)
            _widen(ours.self.value, theirs.v_lin, random, out_groups=heads)
            _widen(ours.output.dense, theirs.out_lin, random, in_groups=heads)
            _widen(old.intermediate.dense, new.ffn.lin1, random)
            _widen(old.output.dense, new.ffn.lin2, random)
            _widen_norm(ours.output.LayerNorm, new.sa_layer_norm)
            _widen_norm(old.output.LayerNorm, new.output_layer_norm)
    return widened


def _widen_embeddings(source: BertModel, widened: DistilBertModel) -> None:
    old, new = source.embeddings, widened.embeddings
    positions = old.position_embeddings.weight + old.token_type_embeddings.weight[0]
    new.word_embeddings.weight.copy_(_twice(old.word_embeddings.weight, dim=1))
    new.position_embeddings.weight.copy_(_twice(positions, dim=1))
    _widen_norm(old.LayerNorm, new.LayerNorm)


def _widen(
    old: nn.Linear, new: nn.Linear, random: Generator, in_groups: int = 1, out_groups: int = 1
) -> None:
    """Duplicate outputs and split each input weight; heads are groups with copies inside them."""
    rows = _twice(old.weight, dim=0, groups=out_groups)
    part = _SPLIT * (2 * torch.rand(rows.shape, generator=random) - 1)
    inputs = rows.shape[1] // in_groups
    left, right = (
        (rows * (1 + sign * part) / 2).view(len(rows), in_groups, inputs) for sign in (1, -1)
    )
    new.weight.copy_(torch.cat([left, right], dim=2).flatten(1))
    new.bias.copy_(_twice(old.bias, dim=0, groups=out_groups))


def _scale_queries(queries: nn.Linear, heads: int, random: Generator) -> None:
    """Let q·k/√(2d) over two copies equal q·k/√d over one, the copies again in unequal parts."""
    half = queries.out_features // heads // 2
    part = _SPLIT * (2 * torch.rand((heads, half), generator=random) - 1)
    factor = torch.cat([1 + part, 1 - part], dim=1).flatten() / math.sqrt(2)
    queries.weight.mul_(factor[:, None])
    queries.bias.mul_(factor)


def _widen_norm(old: nn.LayerNorm, new: nn.LayerNorm) -> None:
    # Mean and variance of [x, x] are those of x.
    new.weight.copy_(_twice(old.weight, dim=0))
    new.bias.copy_(_twice(old.bias, dim=0))


def _twice(tensor: Tensor, dim: int, groups: int = 1) -> Tensor:
    """[a, b] → [a, a, b, b] for two groups a and b along ``dim``."""
    return torch.cat([part for chunk in tensor.chunk(groups, dim) for part in (chunk, chunk)], dim)
