import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.hub import Hub
from training.bases.resolve import PACKAGED, resolve_base
from training.run.artifact import Artifact
from training.run.errors import InputError
from training.run.files import sha256_of

MINILM = "sentence-transformers/all-MiniLM-L6-v2"


def test_a_directory_comes_first(tiny_base: Path, hub: Hub) -> None:
    base = resolve_base(str(tiny_base))
    assert (base.source, base.id, base.revision) == ("directory", "tiny", None)
    assert base.sha256 == sha256_of(tiny_base / "model.safetensors")
    assert hub.requests == []


@pytest.mark.parametrize("prefix", ["", "offline:"])
def test_a_run_of_ours_is_found_from_anywhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, hub: Hub, prefix: str
) -> None:
    monkeypatch.chdir(tmp_path)
    base = resolve_base(f"{prefix}training/artifacts/minilm_v3")
    assert (base.source, base.id) == ("directory", "minilm_v3")
    assert hub.requests == []


def test_the_hub_is_asked_once_and_names_its_revision(tiny_base: Path, hub: Hub) -> None:
    files = {path.name: path.read_bytes() for path in tiny_base.iterdir()}
    hub.repositories["models", "some/model"] = files | {"pytorch_model.bin": b"not wanted"}
    base = resolve_base("some/model")
    assert (base.source, base.id) == ("hub", "some/model")
    assert base.revision == hub.commit("models", "some/model")
    assert base.sha256 == sha256_of(tiny_base / "model.safetensors")
    assert not [request for request in hub.requests if "pytorch_model" in request]
    hub.requests.clear()
    resolve_base("some/model")
    assert not [request for request in hub.requests if request.startswith("GET /some/model")]


def test_an_unknown_name_is_not_replaced_by_anything(hub: Hub) -> None:
    with pytest.raises(InputError, match=r"base 'no/such'.*correct the name") as caught:
        resolve_base("no/such")
    assert "\n" not in str(caught.value)


def test_a_folder_without_weights_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"no model\.safetensors.* give a Hugging Face"):
        resolve_base(str(tmp_path))
    Artifact(tmp_path).run_config.write_text("run: mine_v1\n")  # of which git has records alone
    with pytest.raises(InputError, match=r"no model\.safetensors.* train that run first$"):
        resolve_base(str(tmp_path))


def resolve_without_network(name: str, home: Path) -> subprocess.CompletedProcess[str]:
    program = (
        f"from training.bases.resolve import resolve_base; print(resolve_base({name!r}).record())"
    )
    environment = os.environ | {"HF_ENDPOINT": "http://127.0.0.1:9", "HF_HOME": str(home)}
    command = [sys.executable, "-c", program]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)


def test_without_a_hub_the_packaged_copy_is_used_and_named(tmp_path: Path) -> None:
    done = resolve_without_network(MINILM, tmp_path)
    assert "'source': 'packaged'" in done.stdout and MINILM in done.stdout


def test_without_hub_and_package_the_error_says_so(tmp_path: Path) -> None:
    done = resolve_without_network("some/other", tmp_path)
    assert done.returncode != 0
    assert "the hub is out of reach and no package carries it" in done.stderr.splitlines()[-1]


def test_every_packaged_base_is_the_base_of_a_config() -> None:
    configs = Path(__file__).parents[3] / "training" / "configs"
    texts = "".join(path.read_text() for path in configs.glob("*.yaml"))
    assert [base for base in PACKAGED if base not in texts] == []
