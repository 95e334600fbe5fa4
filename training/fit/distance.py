"""How far a student is from its teacher, in hidden states and in attention."""

from collections.abc import Callable

import torch
from torch import Tensor, nn
from transformers import BertModel

from training.bases.student import Student


class Distiller(nn.Module):
    """The student, and what tells how far it is from its teacher."""

    def __init__(self, student: Student, teacher: BertModel) -> None:
        super().__init__()
        self.student = student.model
        self.projection = _projection(student.features, teacher.config.hidden_size)
        self._teacher = [teacher]  # in a list: not to be trained or saved with the student
        self._learns = student.learns

    def _apply(self, fn: Callable[[Tensor], Tensor], recurse: bool = True) -> "Distiller":
        """Called by ``to``: the teacher goes to whatever device the student goes to."""
        self._teacher[0]._apply(fn, recurse)
        return super()._apply(fn, recurse)

    def train(self, mode: bool = True) -> "Distiller":
        super().train(mode)
        self.student.eval()  # dropout would only blur what is to be matched
        return self

    def forward(self, input_ids: Tensor, attention_mask: Tensor, token_type_ids: Tensor) -> Tensor:
        """Distance in hidden states (embeddings included) plus distance in attention, a scalar.

        Either is the mean over the layers that learn.
        """
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
        states = {0: 0} | {i + 1: j + 1 for i, j in self._learns.items()}  # 0: the embeddings
        hidden = [
            _relative_error(self.projection(ours.hidden_states[i]), theirs.hidden_states[j], real)
            for i, j in states.items()
        ]
        attention = [
            _divergence(ours.attentions[i], theirs.attentions[j], real)
            for i, j in self._learns.items()
        ]
        return torch.stack(hidden).mean() + torch.stack(attention).mean()


def _projection(features: list[int], wanted: int) -> nn.Module:
    """From a student's hidden states to its teacher's, [..., features] → [..., wanted]."""
    if features == list(range(wanted)):
        return nn.Identity()  # the very states are to be learnt, not others that map to them
    projection = nn.Linear(len(features), wanted)
    # To begin with, each feature stands for itself and those left out are zero.
    nn.init.zeros_(projection.bias)
    nn.init.zeros_(projection.weight)
    projection.weight.data[features, range(len(features))] = 1
    return projection


def _relative_error(ours: Tensor, theirs: Tensor, real: Tensor) -> Tensor:
    """Squared distance of hidden states as a share of the teacher's square; padding left out."""
    ours, theirs = ours[real].float(), theirs[real].float()
    return (ours - theirs).square().sum() / theirs.square().sum()


def _divergence(ours: Tensor, theirs: Tensor, real: Tensor) -> Tensor:
    """Mean KL divergence in nats of attention, [batch, heads, queries, keys], over real queries."""
    ours, theirs = (a.transpose(1, 2)[real].float().clamp_min(1e-9) for a in (ours, theirs))
    return (theirs * (theirs.log() - ours.log())).sum(dim=-1).mean()
