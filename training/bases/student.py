"""A model of another shape than the one that it was made from and is taught by."""

from typing import NamedTuple

from transformers import BertModel


class Student(NamedTuple):
    """A model, what of its teacher it was made from, and which layer learns from which."""

    model: BertModel
    layers: list[int]  # of the teacher, one for each layer of the model
    features: list[int]  # dimensions of the teacher's hidden states, one for each of the model's
    learns: dict[int, int]  # layer of the model → layer of the teacher whose output it is to have
