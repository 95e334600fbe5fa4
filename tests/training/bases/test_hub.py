"""Every base of a config by way of the hub: as it should be, and whatever can go wrong."""

import hashlib
import json
import logging
import os
import re
import runpy
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch
import yaml
from huggingface_hub import constants
from huggingface_hub.utils import reset_sessions

from tests.hub import GONE, Fault, Hub
from tests.tiny import Published, make_published, make_tiny_config
from training.bases import resolve as bases
from training.bases.derived import derived_dir
from training.bases.fetched import MINILM_L3
from training.bases.open import open_base
from training.bases.packaged import MINILM
from training.bases.resolve import Base, resolve_base
from training.bases.wheels import Wheel
from training.data.sources import SAMPLE_DIR
from training.run.errors import InputError
from training.run.files import ROOT

CONFIGS = sorted((ROOT / "training" / "configs").glob("*.yaml"))
BASES = {path.stem: yaml.safe_load(path.read_text())["base"] for path in CONFIGS}
BASES = {
    stem: base for stem, base in BASES.items() if not (ROOT / base).is_dir()
}  # not runs of ours
BASES |= {"minilm_l3": MINILM_L3}
BUSY = {"Retry-After": "7"}


@pytest.fixture(params=BASES)
def name(request: pytest.FixtureRequest, hub: Hub) -> str:
    """The base of each config, published on the stand-in."""
    name = BASES[request.param]
    hub.repositories["models", name] = dict(make_published(name).files)
    return name


@pytest.fixture
def published(name: str) -> Published:
    return make_published(name)


@pytest.fixture(autouse=True)
def cache(
    hub: Hub, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Path]:
    """An empty cache; no faults left over; files larger than a chunk; a client that never rests."""
    folder = tmp_path_factory.mktemp("home") / "hub"
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(folder))
    monkeypatch.setattr(constants, "DOWNLOAD_CHUNK_SIZE", 4096)
    restless = SimpleNamespace(sleep=lambda seconds: None)
    monkeypatch.setattr("huggingface_hub.utils._http.time", restless)
    monkeypatch.setattr("huggingface_hub.file_download.time", restless)
    reset_sessions()
    yield folder
    hub.faults.clear()
    hub.ranges.clear()
    reset_sessions()


@pytest.fixture(autouse=True)
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds that would have been waited between tries."""
    waits: list[float] = []
    monkeypatch.setattr("training.bases.hub.time", SimpleNamespace(sleep=waits.append))
    return waits


@pytest.fixture(autouse=True)
def index(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No index is in reach, and no base was fetched before."""

    def fetch(wheels: Sequence[Wheel], folder: Path) -> list[Path]:
        raise InputError(f"pip cannot fetch {wheels[0].requirement}; give a directory")

    monkeypatch.setattr("training.bases.fetched.fetch_wheels", fetch)
    monkeypatch.setattr(bases, "derived_dir", partial(derived_dir, root=tmp_path / "bases"))


def check(base: Base, name: str, hub: Hub) -> None:
    published = make_published(name)
    assert (base.source, base.id) == ("hub", name)
    assert base.revision == hub.commit("models", name)
    assert base.sha256 == hashlib.sha256(published.files[published.weights]).hexdigest()
    assert {path.name for path in base.path.iterdir()} == published.wanted


def refusal(name: str) -> str:
    """The one sentence that resolving ends with."""
    with pytest.raises(InputError) as caught:
        resolve_base(name)
    message = str(caught.value)
    assert message.startswith(f"base '{name}': ") and "\n" not in message
    return message


def test_the_first_download_brings_what_is_needed_and_nothing_else(
    name: str, published: Published, hub: Hub
) -> None:
    check(resolve_base(name), name, hub)
    fetched = [line.split("/")[-1] for line in hub.requests if line.startswith(f"GET /{name}/")]
    assert sorted(fetched) == sorted(published.wanted)


def test_it_opens_with_the_weights_of_the_hub(name: str, published: Published, hub: Hub) -> None:
    base = resolve_base(name)
    hub.requests.clear()
    model, tokenizer = open_base(base, ["-", "+"], max_length=16)
    assert hub.requests == []
    opened = model.base_model.state_dict()
    assert set(opened) == {key for key in published.encoder if key in opened}
    encoder = [key for key in opened if ".pooler." not in f".{key}"]
    assert len(encoder) > 30
    assert all(torch.equal(opened[key], published.encoder[key]) for key in encoder)
    assert model.config.id2label == {0: "-", 1: "+"}
    tokens = tokenizer("No?", truncation=True)["input_ids"]
    assert tokenizer.convert_ids_to_tokens(tokens) == ["[CLS]", "n", "##o", "?", "[SEP]"]
    assert tokenizer.model_max_length == 16
    logits = model.eval()(**tokenizer(["No?", "a much longer text"], return_tensors="pt",
                                      padding=True)).logits  # fmt: skip
    assert logits.shape == (2, 2)


@pytest.mark.parametrize("config", [b"<html>", b'{"model_type": "whisper"}'])
def test_files_of_something_else_are_an_error_that_names_the_base(
    name: str, config: bytes, hub: Hub
) -> None:
    hub.repositories["models", name]["config.json"] = config
    with pytest.raises(InputError, match=rf"^base '{name}' .*give another checkpoint$") as caught:
        open_base(resolve_base(name), ["-", "+"], max_length=16)
    assert "\n" not in str(caught.value)


PROGRAM = """
import json, sys
from training.bases.resolve import resolve_base
print(json.dumps([resolve_base(name).record() for name in sys.argv[1:]]))
"""


@pytest.mark.slow
def test_what_is_cached_is_found_without_a_hub(hub: Hub, cache: Path) -> None:
    for name in BASES.values():
        hub.repositories["models", name] = dict(make_published(name).files)
    records = [resolve_base(name).record() for name in BASES.values()]
    environment = os.environ | {
        "HF_ENDPOINT": "http://127.0.0.1:9",  # nobody listens there
        "HF_HOME": str(cache.parent),
    }
    command = [sys.executable, "-c", PROGRAM, *BASES.values()]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == records
    assert {record["source"] for record in records} == {"hub"}


def test_a_second_start_loads_no_file_again(name: str, hub: Hub) -> None:
    first = resolve_base(name)
    hub.requests.clear()
    assert resolve_base(name) == first
    assert [line for line in hub.requests if not line.startswith("GET /api/")] == []


def test_offline_mode_takes_the_cache(name: str, hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    first = resolve_base(name)
    hub.requests.clear()
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    reset_sessions()
    assert resolve_base(name) == first
    assert hub.requests == []


def test_a_newer_revision_is_taken(name: str, hub: Hub) -> None:
    first = resolve_base(name)
    hub.repositories["models", name]["README.md"] = b"edited"
    second = resolve_base(name)
    check(second, name, hub)
    assert second.revision != first.revision


def test_a_file_that_breaks_off_goes_on_where_it_stopped(
    name: str, published: Published, hub: Hub, waits: list[float]
) -> None:
    hub.faults.append(Fault(f"GET .*/{published.weights}", times=2))
    check(resolve_base(name), name, hub)
    assert waits == [1, 2]
    starts = [int(re.sub(r".*bytes=(\d+)-", r"\1", line)) for line in hub.ranges]
    size = len(published.files[published.weights])
    # Each try brings half of what is missing, less a last chunk that was not full.
    assert len(starts) == 2
    assert size / 2 - 4096 <= starts[0] <= size / 2 < starts[1] <= size * 3 / 4


def test_half_a_file_is_never_taken_for_a_whole_one(
    name: str, published: Published, hub: Hub, waits: list[float]
) -> None:
    hub.faults.append(Fault(f"GET .*/{published.weights}"))
    message = refusal(name)
    assert "the download broke off" in message and "run the same command again" in message
    assert waits == [1, 2, 4]

    hub.faults[:] = [Fault("", GONE)]
    if name == MINILM:
        assert resolve_base(name).source == "packaged"
    else:
        assert "the hub is out of reach" in refusal(name)
    hub.faults[:] = [Fault("", 503)]
    assert "status 503" in refusal(name)

    hub.faults.clear()
    hub.ranges.clear()
    check(resolve_base(name), name, hub)
    assert len(hub.ranges) == 1


def test_an_unknown_name_is_an_error(name: str, hub: Hub, waits: list[float]) -> None:
    hub.repositories.clear()
    message = refusal(name)
    assert "status 404" in message and "correct the name" in message
    assert waits == []


def test_a_checkpoint_without_weights_is_an_error(
    name: str, published: Published, hub: Hub, waits: list[float]
) -> None:
    for weights in ("model.safetensors", "pytorch_model.bin"):
        hub.repositories["models", name].pop(weights, None)
    message = refusal(name)
    assert "neither model.safetensors nor pytorch_model.bin" in message
    assert "give a directory" in message
    assert waits == []


def test_a_name_that_cannot_be_one_is_an_error(hub: Hub) -> None:
    assert "correct the name" in refusal("three/part/name")
    assert hub.requests == []


@pytest.mark.parametrize("where", ["GET /api/", "HEAD .*vocab.txt", "GET .*/resolve/.*vocab.txt"])
def test_a_busy_hub_is_asked_again_when_it_says(
    name: str, where: str, hub: Hub, waits: list[float]
) -> None:
    hub.faults.append(Fault(where, 429, BUSY, times=2))
    check(resolve_base(name), name, hub)
    assert waits == [7, 7]
    assert len([line for line in hub.requests if re.search(where, line)]) == 3


@pytest.mark.parametrize(
    ("headers", "expected"),
    [(BUSY, [7, 7, 7]), ({}, [1, 2, 4]), ({"Retry-After": "86400"}, [60, 60, 60])],
    ids=["as told", "untold", "not for ever"],
)
def test_a_hub_that_stays_busy_is_an_error(
    name: str, headers: dict[str, str], expected: list[float], hub: Hub, waits: list[float]
) -> None:
    hub.faults.append(Fault("GET /api/", 429, headers))
    message = refusal(name)
    assert "status 429" in message and "try again later" in message
    assert waits == expected
    assert len(hub.requests) == 4


@pytest.mark.parametrize("where", ["GET /api/", "HEAD ", "GET .*/resolve/"])
def test_a_broken_hub_is_an_error(name: str, where: str, hub: Hub, waits: list[float]) -> None:
    hub.faults.append(Fault(where, 503))
    message = refusal(name)
    assert "status 503" in message and "try again later" in message
    assert waits == [1, 2, 4]


def test_a_broken_hub_that_recovers_is_enough(name: str, hub: Hub, waits: list[float]) -> None:
    hub.faults.append(Fault("GET /api/", 502, times=3))
    check(resolve_base(name), name, hub)
    assert waits == [1, 2, 4]


@pytest.mark.parametrize("status", [429, 503, GONE])
def test_a_cached_copy_needs_no_working_hub(
    name: str, status: int, hub: Hub, waits: list[float]
) -> None:
    first = resolve_base(name)
    hub.faults.append(Fault("", status, BUSY))
    assert resolve_base(name) == first
    assert waits == []


@pytest.mark.parametrize("status", [401, 403])
def test_a_hub_that_refuses_is_asked_once(
    name: str, status: int, hub: Hub, waits: list[float]
) -> None:
    hub.faults.append(Fault("", status))
    message = refusal(name)
    assert f"status {status}" in message and "log in" in message
    assert waits == [] and len(hub.requests) == 1


def check_packaged_or_refused(name: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, logger="training")
    if name == MINILM:
        base = resolve_base(name)
        assert (base.source, base.id, base.revision) == ("packaged", MINILM, None)
        assert f"taking the packaged copy of '{MINILM}'" in caplog.text
    else:
        message = refusal(name)
        assert "the hub is out of reach" in message and "give a directory" in message


def test_without_a_hub_there_is_the_packaged_copy(
    name: str, hub: Hub, waits: list[float], caplog: pytest.LogCaptureFixture
) -> None:
    hub.faults.append(Fault("", GONE))
    check_packaged_or_refused(name, caplog)
    assert waits == []


def test_a_hub_that_vanishes_between_two_files_is_out_of_reach(
    name: str, hub: Hub, caplog: pytest.LogCaptureFixture
) -> None:
    hub.faults.append(Fault("HEAD ", GONE))
    check_packaged_or_refused(name, caplog)


def test_behind_a_dead_proxy_the_hub_is_out_of_reach(
    name: str, hub: Hub, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def use_proxy(address: str) -> None:
        for variable in ("http_proxy", "HTTP_PROXY"):
            monkeypatch.setenv(variable, address)

    for variable in ("no_proxy", "NO_PROXY"):
        monkeypatch.setenv(variable, "")
    use_proxy("http://127.0.0.1:9")
    check_packaged_or_refused(name, caplog)
    use_proxy("")
    first = resolve_base(name)
    use_proxy("http://127.0.0.1:9")
    assert resolve_base(name) == first


RUN = f"trial-hub-{os.getpid()}"


@pytest.fixture
def run_folder() -> Iterator[Path]:
    """Where the script writes the run of that name; gone afterwards."""
    folder = ROOT / "training" / "artifacts" / RUN
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.mark.slow
def test_the_script_trains_a_base_of_the_hub(
    tmp_path: Path, hub: Hub, cache: Path, run_folder: Path
) -> None:
    name = BASES["tinybert"]  # older weights, a vocabulary alone
    hub.repositories["models", name] = dict(make_published(name).files)
    config = make_tiny_config(tmp_path / "trial.yaml", Path(name), run=RUN)
    command = [sys.executable, str(ROOT / "scripts" / "train.py"), str(config)]
    environment = os.environ | {"HF_HOME": str(cache.parent)}
    done = subprocess.run(
        command, cwd="/", env=environment, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr
    record = json.loads((run_folder / "training.json").read_text())
    published = make_published(name)
    assert record["base"] == {
        "source": "hub",
        "id": name,
        "revision": hub.commit("models", name),
        "sha256": hashlib.sha256(published.files[published.weights]).hexdigest(),
    }
    assert f"base: hub '{name}'" in done.stderr
    assert (run_folder / "run.yaml").read_text() == config.read_text()


def test_the_script_takes_another_base(
    tmp_path: Path, tiny_base: Path, hub: Hub, run_folder: Path
) -> None:
    config = make_tiny_config(tmp_path / "trial.yaml", Path("no/such"), run=RUN)
    main = runpy.run_path(str(ROOT / "scripts" / "train.py"))["main"]
    assert main([str(config), "--base", str(tiny_base), "--data", str(SAMPLE_DIR)]) == 0
    record = json.loads((run_folder / "training.json").read_text())
    assert (record["base"]["source"], record["base"]["id"]) == ("directory", "tiny")
    # Whoever repeats the run from its own config gets the base that it had.
    assert yaml.safe_load((run_folder / "run.yaml").read_text())["base"] == str(tiny_base)
    assert hub.requests == []


def test_the_script_refuses_a_stand_in_that_is_not_made(
    hub: Hub, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("training.bases.derived.derived.__defaults__", (tmp_path,))
    main = runpy.run_path(str(ROOT / "scripts" / "train.py"))["main"]
    assert main(["minilm_l12", "--base", "offline", "--data", str(SAMPLE_DIR)]) == 2
    (line,) = [line for line in capsys.readouterr().err.splitlines() if line.startswith("error: ")]
    assert f"base '{BASES['minilm_l12']}': its offline base is not made yet; " in line
    assert line.endswith("run python scripts/study/distill_base.py --base minilm_l12")
    assert hub.requests == []
