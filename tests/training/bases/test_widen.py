"""The widened encoder computes what the source does, and its copies can learn to differ."""

import pytest
import torch
from torch import Tensor
from transformers import AutoTokenizer, BatchEncoding, BertConfig, BertModel, DistilBertModel

from tests.tiny import VOCABULARY
from training.bases.packaged import MINILM, require_packaged
from training.bases.widen import widen_to_distilbert
from training.data.readers import find_split, read_rows
from training.data.sources import SAMPLE_DIR


@pytest.fixture(scope="module")
def minilm() -> BertModel:
    return BertModel.from_pretrained(require_packaged(MINILM), dtype=torch.float32).eval()


@pytest.fixture(scope="module")
def widened(minilm: BertModel) -> DistilBertModel:
    return widen_to_distilbert(minilm)


@pytest.fixture(scope="module")
def small() -> BertModel:
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=len(VOCABULARY),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=4,
        intermediate_size=64,
        # Larger than usual: attention that is all but even would hide what goes wrong in it.
        initializer_range=0.5,
    )
    model = BertModel(config).eval()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter += 0.1 * torch.randn_like(parameter)  # biases and norms matter, too
    return model


def tokenize(texts: list[str]) -> BatchEncoding:
    """One padded batch, with its mask."""
    tokenizer = AutoTokenizer.from_pretrained(require_packaged(MINILM), model_max_length=512)
    return tokenizer(texts, truncation=True, padding=True, return_tensors="pt")


def hidden(model: BertModel | DistilBertModel, inputs: dict[str, Tensor]) -> tuple[Tensor, ...]:
    with torch.no_grad():
        return model(
            input_ids=inputs["input_ids"],
            attention_mask=inputs["attention_mask"],
            output_hidden_states=True,
        ).hidden_states


def largest_distance(
    source: BertModel, widened: DistilBertModel, inputs: dict[str, Tensor]
) -> float:
    """From the widened hidden states to the source's, each twice; over layers, where not padded."""
    pairs = list(zip(hidden(source, inputs), hidden(widened, inputs), strict=True))
    assert len(pairs) == source.config.num_hidden_layers + 1
    real = inputs["attention_mask"].bool()
    return max(float((torch.cat([a, a], dim=-1) - b)[real].abs().max()) for a, b in pairs)


def sample_texts() -> list[str]:
    rows = read_rows(find_split(SAMPLE_DIR, "test"), "situation", "emotion")
    return [row.text for row in rows]


def test_hidden_states_are_the_sources_each_twice(
    minilm: BertModel, widened: DistilBertModel
) -> None:
    texts = [*sample_texts()[:3], "Hm.", "", " and then".join(sample_texts()[:9])]
    inputs = tokenize(texts)
    lengths = inputs["attention_mask"].sum(dim=1)
    assert lengths.min() == 2 and lengths.max() > 100
    assert largest_distance(minilm, widened, inputs) < 1e-4


def test_all_positions_are_carried_over(minilm: BertModel, widened: DistilBertModel) -> None:
    inputs = tokenize([" ".join(sample_texts())])
    assert inputs["input_ids"].shape == (1, 512)
    assert largest_distance(minilm, widened, inputs) < 1e-4


def test_it_has_the_size_of_distilbert(widened: DistilBertModel) -> None:
    assert widened.num_parameters() == 66_362_880
    settings = widened.config
    assert (settings.dim, settings.hidden_dim, settings.n_layers, settings.n_heads) == (
        *(768, 3072, 6, 12),
    )


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_any_bert_is_widened(small: BertModel, seed: int) -> None:
    ids = torch.randint(5, len(VOCABULARY), (4, 20), generator=torch.Generator().manual_seed(seed))
    mask = (torch.arange(20)[None] < torch.tensor([20, 3, 11, 1])[:, None]).long()
    inputs = {"input_ids": ids, "attention_mask": mask}
    assert largest_distance(small, widen_to_distilbert(small, seed), inputs) < 1e-4


def test_a_seed_gives_the_same_weights_and_another_seed_others(small: BertModel) -> None:
    first, again, other = (widen_to_distilbert(small, seed).state_dict() for seed in (7, 7, 8))
    assert all(torch.equal(first[name], again[name]) for name in first)
    assert not torch.equal(
        first["transformer.layer.0.ffn.lin2.weight"], other["transformer.layer.0.ffn.lin2.weight"]
    )


def copies(weight: Tensor, dim: int, groups: int = 1) -> tuple[Tensor, Tensor]:
    """The two copies of each feature along ``dim``; inside each of ``groups`` heads."""
    parts = weight.movedim(dim, 0).unflatten(0, (groups, 2, -1))
    return parts[:, 0], parts[:, 1]


def test_the_copies_are_read_in_unequal_parts(small: BertModel) -> None:
    widened = widen_to_distilbert(small)
    for layer in widened.transformer.layer:
        attention = layer.attention
        readers = [
            (attention.q_lin.weight, 1),
            (attention.k_lin.weight, 1),
            (attention.v_lin.weight, 1),
            (attention.out_lin.weight, 4),
            (layer.ffn.lin1.weight, 1),
            (layer.ffn.lin2.weight, 1),
        ]
        for weight, groups in readers:
            left, right = copies(weight, 1, groups)
            unequal = (left - right).abs() > 0.05 * (left + right).abs()
            assert unequal.float().mean() > 0.8
            # One sign for both: parts that cancel each other out would be noise, not a split.
            assert (left * right >= 0).all()


def neurons(model: DistilBertModel, inputs: dict[str, Tensor]) -> tuple[Tensor, Tensor]:
    """What the copies of each neuron of the first feed-forward block put out, as columns."""
    found: list[Tensor] = []
    block = model.transformer.layer[0].ffn.lin1
    hook = block.register_forward_hook(lambda module, given, output: found.append(output))
    hidden(model, inputs)
    hook.remove()
    return copies(found[0].flatten(0, 1), 1)


def test_one_gradient_step_sets_the_copies_apart(small: BertModel) -> None:
    """Equal halves would get equal gradients, at this step and at every later one."""
    widened = widen_to_distilbert(small)
    ids = torch.arange(5, 45).view(2, 20)
    inputs = {"input_ids": ids, "attention_mask": torch.ones_like(ids)}
    left, right = neurons(widened, inputs)
    assert torch.allclose(left, right, atol=1e-4)

    before = left
    head = torch.randn(widened.config.dim, generator=torch.Generator().manual_seed(0))
    loss = (widened(**inputs).last_hidden_state @ head).square().mean()
    optimizer = torch.optim.SGD(widened.parameters(), lr=1e-4)
    loss.backward()
    optimizer.step()
    left, right = neurons(widened, inputs)
    learned = (left - before).abs().mean()
    assert learned > 0
    assert (left - right).abs().mean() > 0.01 * learned
