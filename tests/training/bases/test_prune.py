import pytest
import torch
from transformers import AutoTokenizer, BatchEncoding, BertConfig, BertModel

from tests.tiny import TOKENIZER
from training.bases import prune
from training.bases.packaged import MINILM, packaged
from training.bases.prune import prune_to_tinybert
from training.bases.student import Student

TEXTS = [
    "I found my grandmother's letters in the attic.",
    "Somebody took the last piece of cake again!",
    "no",
    "We drove all night, and in the morning we stood at the sea; nobody said a word for an hour.",
]


@pytest.fixture(scope="module")
def teacher() -> BertModel:
    return BertModel.from_pretrained(packaged(MINILM)).eval()


@pytest.fixture(scope="module")
def batch() -> BatchEncoding:
    tokenizer = AutoTokenizer.from_pretrained(packaged(MINILM))
    return tokenizer(TEXTS, padding=True, return_tensors="pt")


@pytest.fixture(scope="module")
def pruned(teacher: BertModel, batch: BatchEncoding) -> Student:
    return prune_to_tinybert(teacher, batch)


def test_it_has_the_shape_of_tinybert(pruned: Student) -> None:
    config = pruned.model.config
    assert (config.num_hidden_layers, config.hidden_size, config.intermediate_size) == (
        4,
        312,
        1200,
    )
    assert config.num_attention_heads == 12
    assert pruned.model.num_parameters() == 14_350_248  # as huawei-noah/TinyBERT_General_4L_312D
    assert len(pruned.layers) == 4 and pruned.layers == sorted(pruned.layers)
    assert len(set(pruned.features)) == 312


def test_each_layer_learns_from_the_one_it_was_and_the_last_from_the_last(pruned: Student) -> None:
    assert list(pruned.learns) == [0, 1, 2, 3]
    assert list(pruned.learns.values()) == [*pruned.layers[:-1], 5]


def test_the_teacher_is_left_as_it_was(teacher: BertModel, pruned: Student) -> None:
    assert len(teacher.encoder.layer) == 6
    untouched = BertModel.from_pretrained(packaged(MINILM))
    for ours, theirs in zip(teacher.parameters(), untouched.parameters(), strict=True):
        assert torch.equal(ours, theirs)


def test_the_most_important_parts_come_closer_than_any_parts(
    teacher: BertModel,
    batch: BatchEncoding,
    pruned: Student,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def distance(found: Student) -> float:
        real = batch["attention_mask"].bool()
        with torch.no_grad():
            ours = found.model(**batch).last_hidden_state[real]
            theirs = teacher(**batch).last_hidden_state[real][:, found.features]
        return float((ours - theirs).square().sum() / theirs.square().sum())

    important = distance(pruned)
    monkeypatch.setattr(prune, "_top", lambda values, count: torch.arange(count))
    assert important < 0.9 * distance(prune_to_tinybert(teacher, batch))


def tiny_bert(layers: int) -> BertModel:
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=30522,
        hidden_size=24,
        num_hidden_layers=layers,
        num_attention_heads=2,
        intermediate_size=32,
    )
    return BertModel(config).eval()


def test_nothing_is_lost_where_nothing_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    model = tiny_bert(2)
    for name, value in (("LAYERS", 2), ("HIDDEN", 24), ("INTERMEDIATE", 32)):
        monkeypatch.setattr(prune, name, value)
    batch = TOKENIZER.load_tokenizer()(TEXTS, padding=True, return_tensors="pt")
    found = prune_to_tinybert(model, batch)
    assert (found.layers, found.features) == ([0, 1], list(range(24)))
    with torch.no_grad():
        ours, theirs = (m(**batch).last_hidden_state for m in (found.model, model))
    torch.testing.assert_close(ours, theirs, atol=1e-5, rtol=0)


def test_a_feature_that_never_changes_goes_into_the_bias(monkeypatch: pytest.MonkeyPatch) -> None:
    """A neuron with constant output can be left out without any loss."""
    model = tiny_bert(1)
    neurons = model.encoder.layer[0].intermediate.dense
    neurons.weight.data[5] = 0
    neurons.bias.data[5] = 2.0
    for name, value in (("LAYERS", 1), ("HIDDEN", 24), ("INTERMEDIATE", 31)):
        monkeypatch.setattr(prune, name, value)
    batch = TOKENIZER.load_tokenizer()(TEXTS, padding=True, return_tensors="pt")
    found = prune_to_tinybert(model, batch)
    with torch.no_grad():
        ours, theirs = (m(**batch).last_hidden_state for m in (found.model, model))
    torch.testing.assert_close(ours, theirs, atol=1e-5, rtol=0)
