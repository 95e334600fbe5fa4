"""Checkpoints that cannot be a classifier: one sentence that names the base and says what to do."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file

from tests.tiny import make_published
from training.bases.derived import DISTILBERT, TINYBERT
from training.bases.open import open_base
from training.bases.packaged import MINILM
from training.bases.resolve import resolve_base
from training.run.errors import InputError

LABELS = ["-", "+"]
SHAPES = {"safetensors": MINILM, "distilbert": DISTILBERT, "older": TINYBERT}


@pytest.fixture(params=SHAPES)
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A good checkpoint, to be damaged."""
    published = make_published(SHAPES[request.param])
    path = tmp_path / "some-base"
    path.mkdir()
    for file in published.wanted:
        (path / file).write_bytes(published.files[file])
    return path


def weights_of(folder: Path) -> Path:
    (path,) = [*folder.glob("*.safetensors"), *folder.glob("*.bin")]
    return path


def set_config(**settings: object) -> Callable[[Path], object]:
    def damage(folder: Path) -> None:
        path = folder / "config.json"
        path.write_text(json.dumps(json.loads(path.read_text()) | settings))

    return damage


def write_config(text: str) -> Callable[[Path], object]:
    return lambda folder: (folder / "config.json").write_text(text)


def edit_weights(
    edit: Callable[[dict[str, torch.Tensor]], dict[str, torch.Tensor]],
) -> Callable[[Path], object]:
    def damage(folder: Path) -> None:
        path = weights_of(folder)
        if path.suffix == ".bin":
            torch.save(edit(torch.load(path)), path)
        else:
            save_file(edit(load_file(path)), path, metadata={"format": "pt"})

    return damage


def write_weights(content: bytes) -> Callable[[Path], object]:
    return lambda folder: weights_of(folder).write_bytes(content)


def cut_weights(folder: Path) -> None:
    path = weights_of(folder)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def drop_tokenizer(folder: Path) -> None:
    for path in [*folder.glob("token*"), *folder.glob("vocab*")]:
        path.unlink()


def lengthen_vocabulary(folder: Path) -> None:
    drop = folder / "tokenizer.json"
    drop.unlink(missing_ok=True)
    with (folder / "vocab.txt").open("a") as file:
        file.write("more\nwords\n")


GPT = {"transformer.wte.weight": torch.zeros(4, 4), "transformer.h.0.ln_1.bias": torch.zeros(4)}
OPEN = "not an encoder with its tokenizer that can be opened as a classifier"
LACK = r"its weights lack \d+ tensors that its config.json calls for, first "

DAMAGES: dict[str, tuple[Callable[[Path], Any], str]] = {
    "no text model": (set_config(model_type="whisper"), OPEN),
    "unknown architecture": (set_config(model_type="brand-new"), OPEN),
    "no architecture": (write_config("{}"), OPEN),
    "config is no JSON": (write_config("<html>404</html>"), OPEN),
    "config is a list": (write_config("[]"), OPEN),
    "config is missing": (lambda folder: (folder / "config.json").unlink(), OPEN),
    "other width": (set_config(hidden_size=48, dim=48), LACK),
    "width and heads": (set_config(hidden_size=33, dim=33), OPEN),
    "more layers": (set_config(num_hidden_layers=6, n_layers=6), LACK + r"\w+\.\w+\.layer\."),
    "another model's weights": (edit_weights(lambda tensors: GPT), LACK),
    "one tensor lost": (
        edit_weights(lambda t: {k: v for k, v in t.items() if "word_embeddings" not in k}),
        LACK + r"\w+\.embeddings\.word_embeddings\.weight",
    ),
    "weights cut short": (cut_weights, OPEN),
    "weights are a pointer": (write_weights(b"version https://git-lfs.github.com/spec/v1\n"), OPEN),
    "weights are empty": (write_weights(b""), OPEN),
    "no tokenizer": (drop_tokenizer, OPEN),
    "tokenizer of another model": (
        lengthen_vocabulary,
        r"its tokenizer has \d+ words, more than the \d+ of its weights",
    ),
}


@pytest.mark.parametrize("case", DAMAGES)
def test_a_damaged_checkpoint_is_one_sentence(folder: Path, case: str) -> None:
    damage, words = DAMAGES[case]
    damage(folder)
    with pytest.raises(InputError, match=words) as caught:
        open_base(resolve_base(str(folder)), LABELS, 16)
    message = str(caught.value)
    assert message.startswith("base 'some-base' (") and "\n" not in message
    assert "; give " in message
    assert len(message) < 600


def test_a_good_one_opens(folder: Path) -> None:
    model, tokenizer = open_base(resolve_base(str(folder)), LABELS, 16)
    assert model.config.num_labels == 2 and model.dtype == torch.float32
    assert tokenizer.is_fast


def test_a_pooler_may_be_new(tmp_path: Path) -> None:
    published = make_published(MINILM)
    for file in published.wanted:
        (tmp_path / file).write_bytes(published.files[file])
    edit_weights(lambda t: {k: v for k, v in t.items() if "pooler" not in k})(tmp_path)
    model, _ = open_base(resolve_base(str(tmp_path)), LABELS, 16)
    loaded = model.bert.encoder.layer[1].output.dense.weight
    assert torch.equal(loaded, published.encoder["encoder.layer.1.output.dense.weight"])


def test_a_run_of_ours_is_a_base_and_brings_its_head(tmp_path: Path) -> None:
    published, folder, run = make_published(MINILM), tmp_path / "base", tmp_path / "run"
    folder.mkdir()
    for file in published.wanted:
        (folder / file).write_bytes(published.files[file])
    for part in open_base(resolve_base(str(folder)), LABELS, 16, "mean"):
        part.save_pretrained(run)
    trained, _ = open_base(resolve_base(str(run)), LABELS, 16, "mean")
    model, tokenizer = open_base(resolve_base(str(run)), LABELS, 16, "mean", [1])
    assert tokenizer.is_fast and len(model.bert.encoder.layer) == 1
    kept = model.bert.encoder.layer[0].output.dense.weight
    assert torch.equal(kept, trained.bert.encoder.layer[1].output.dense.weight)
    head = load_file(run / "model.safetensors")["classifier.weight"]
    assert torch.equal(model.classifier.weight, head)
    other, _ = open_base(resolve_base(str(run)), ["one", *LABELS], 16, "mean")
    assert other.classifier.weight.shape == (len(LABELS) + 1, head.shape[1])
    assert torch.equal(
        other.bert.encoder.layer[0].output.dense.weight,
        trained.bert.encoder.layer[0].output.dense.weight,
    )
    with pytest.raises(InputError, match=r"base 'run' .* set train\.pooling to mean$"):
        open_base(resolve_base(str(run)), LABELS, 16)
