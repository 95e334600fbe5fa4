"""How far a pruned student is from its teacher, in hidden states and in attention."""

from collections.abc import Callable

import torch
from torch import Tensor, nn
from transformers import BertModel

from training.bases.prune import Pruned


class Distiller(nn.Module):
    """The student, and what tells how far it is from its teacher."""

    def __init__(self, pruned: Pruned, teacher: BertModel) -> None:
        super().__init__()
        self.student = pruned.model
        self.projection = nn.Linear(len(pruned.features), teacher.config.hidden_size)
        # To begin with, each feature stands for itself and those left out are zero.
        nn.init.zeros_(self.projection.bias)
        nn.init.zeros_(self.projection.weight)
        self.projection.weight.data[pruned.features, range(len(pruned.features))] = 1
        self._teacher = [teacher]  # in a list: not to be trained or saved with the student
        # The last layer is what a classifier reads, so it learns from the teacher's last.
        self._layers = [*pruned.layers[:-1], teacher.config.num_hidden_layers - 1]

    def _apply(self, fn: Callable[[Tensor], Tensor], recurse: bool = True) -> "Distiller":
        """Called by ``to``: the teacher goes to whatever device the student goes to."""
        self._teacher[0]._apply(fn, recurse)
        return super()._apply(fn, recurse)

    def train(self, mode: bool = True) -> "Distiller":
        super().train(mode)
        self.student.eval()  # dropout would only blur what is to be matched
        return self

    def forward(self, input_ids: Tensor, attention_mask: Tensor, token_type_ids: Tensor) -> Tensor:
        """Distance in hidden states (embeddings included) plus distance in attention, a scalar."""
        batch = {
            "input_ids": input_ids,
            "attention_mask": attention_mask,
            "token_type_ids": token_type_ids,
            "output_hidden_states": True,
            "output_attentions": True,
        }
        with torch.no_grad():
            theirs = self._teacher[0](**batch)
        ours = self.student(**batch)
        real = attention_mask.bool()
        hidden = [
            _relative_error(self.projection(ours.hidden_states[i]), theirs.hidden_states[j], real)
            for i, j in enumerate([0, *(layer + 1 for layer in self._layers)])
        ]
        attention = [
            _divergence(ours.attentions[i], theirs.attentions[j], real)
            for i, j in enumerate(self._layers)
        ]
        return torch.stack(hidden).mean() + torch.stack(attention).mean()


def _relative_error(ours: Tensor, theirs: Tensor, real: Tensor) -> Tensor:
    """Squared distance of hidden states as a share of the teacher's square; padding left out."""
    ours, theirs = ours[real].float(), theirs[real].float()
    return (ours - theirs).square().sum() / theirs.square().sum()


def _divergence(ours: Tensor, theirs: Tensor, real: Tensor) -> Tensor:
    """Mean KL divergence in nats of attention, [batch, heads, queries, keys], over real queries."""
    ours, theirs = (a.transpose(1, 2)[real].float().clamp_min(1e-9) for a in (ours, theirs))
    return (theirs * (theirs.log() - ours.log())).sum(dim=-1).mean()
