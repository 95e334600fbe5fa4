import pytest
import torch
from torch import nn
from transformers import BertModel

from tests.tiny import tiny_bert
from training.bases.packaged import MINILM, packaged
from training.bases.stack import stack_twice
from training.bases.student import Student

IDS = torch.tensor([[2, 5, 7, 3]])


@pytest.fixture
def source() -> BertModel:
    return tiny_bert()


@pytest.fixture
def stacked(source: BertModel) -> Student:
    return stack_twice(source)


def test_it_has_the_shape_of_minilm_l12() -> None:
    stacked = stack_twice(BertModel.from_pretrained(packaged(MINILM)))
    config = stacked.model.config
    assert (config.num_hidden_layers, config.hidden_size, config.intermediate_size) == (
        12,
        384,
        1536,
    )
    assert config.num_attention_heads == 12
    assert stacked.model.num_parameters() == 33_360_000  # as microsoft/MiniLM-L12-H384-uncased
    assert stacked.layers == [0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5]
    assert stacked.learns == {1: 0, 3: 1, 5: 2, 7: 3, 9: 4, 11: 5}


def test_every_layer_is_applied_twice(source: BertModel, stacked: Student) -> None:
    layers = source.encoder.layer
    source.encoder.layer = nn.ModuleList(layers[index] for index in (0, 0, 1, 1))
    source.config.num_hidden_layers = 4
    with torch.no_grad():
        ours, theirs = stacked.model(IDS), source(IDS)
    torch.testing.assert_close(ours.last_hidden_state, theirs.last_hidden_state)
    torch.testing.assert_close(ours.pooler_output, theirs.pooler_output)


def test_it_shows_its_attention_like_the_source(stacked: Student) -> None:
    assert len(stacked.model(IDS, output_attentions=True).attentions) == 4


def test_the_source_is_left_as_it_was(source: BertModel, stacked: Student) -> None:
    assert source.config.num_hidden_layers == len(source.encoder.layer) == 2
    before = {name: weights.clone() for name, weights in source.state_dict().items()}
    with torch.no_grad():
        for weights in stacked.model.parameters():
            weights.zero_()
    for name, weights in source.state_dict().items():
        assert torch.equal(weights, before[name])


def test_copies_learn_on_their_own(stacked: Student) -> None:
    stacked.model(IDS).last_hidden_state.square().sum().backward()
    first, second = (stacked.model.encoder.layer[i].output.dense.weight for i in (0, 1))
    assert torch.equal(first, second)
    assert not torch.equal(first.grad, second.grad)
