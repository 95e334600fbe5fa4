from pathlib import Path

import pytest
import torch
from torch import nn

from tests.tiny import make_published
from training.bases.derived import DISTILBERT
from training.bases.fetched import MPNET
from training.bases.open import open_base
from training.bases.packaged import MINILM
from training.bases.resolve import Base, resolve_base
from training.run.errors import InputError

LABELS = ["-", "+"]


def base_of(name: str, folder: Path) -> Base:
    published = make_published(name)
    for file in published.wanted:
        (folder / file).write_bytes(published.files[file])
    return resolve_base(str(folder))


def layers_of(model: nn.Module) -> nn.ModuleList:
    inner = model.base_model
    return (inner.transformer if hasattr(inner, "transformer") else inner.encoder).layer


@pytest.mark.parametrize("pooling", ["first", "mean"])
@pytest.mark.parametrize("name", [MINILM, MPNET, DISTILBERT])
def test_the_layers_that_are_kept_are_those_of_the_base(
    name: str, pooling: str, tmp_path: Path
) -> None:
    base = base_of(name, tmp_path)
    whole, _ = open_base(base, LABELS, 16, pooling)
    torch.manual_seed(3)
    half, tokenizer = open_base(base, LABELS, 16, pooling, [1])
    assert (len(layers_of(whole)), len(layers_of(half))) == (2, 1)
    for kept, original in zip(
        layers_of(half)[0].parameters(), layers_of(whole)[1].parameters(), strict=True
    ):
        assert torch.equal(kept, original)
    folder = tmp_path / "saved"
    half.save_pretrained(folder)
    again = type(half).from_pretrained(folder)
    batch = tokenizer(["a b c"], return_tensors="pt")
    with torch.no_grad():
        torch.testing.assert_close(again(**batch).logits, half.eval()(**batch).logits)
    assert again.config.num_hidden_layers == 1


@pytest.mark.parametrize("layers", [[], [2], [1, 0], [0, 0]], ids=str)
def test_layers_that_are_not_there_are_one_sentence(layers: list[int], tmp_path: Path) -> None:
    base = base_of(MINILM, tmp_path)
    with pytest.raises(InputError, match=r"train\.layers \[.*\]: give some of 0 to 1, ascending"):
        open_base(base, LABELS, 16, "mean", layers)
