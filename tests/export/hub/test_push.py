"""The way to the hub, on the stand-in."""

import runpy
from pathlib import Path

import pytest
from huggingface_hub import snapshot_download

from export.hub.push import push_folder, require_repository_name
from tests.hub import Fault, Hub
from tests.tiny import Made
from training.data.sources import SAMPLE_DIR
from training.run.artifact import Artifact
from training.run.errors import InputError
from training.run.files import ROOT

NAME = "somebody/pooled"


@pytest.fixture(autouse=True)
def token(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_TOKEN", hub.token)


def contents(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def test_what_is_pushed_is_what_others_get(given: Artifact, hub: Hub, tmp_path: Path) -> None:
    address = push_folder(given.path, NAME, "pooled, exported")
    assert address == f"{hub.address}/{NAME}"
    assert hub.repositories["models", NAME] == contents(given.path)
    assert hub.commits == ["pooled, exported"] and hub.private == {NAME}
    got = Path(snapshot_download(NAME, cache_dir=tmp_path / "cache"))
    assert contents(got) == contents(given.path)


def test_a_repository_that_is_there_stays_as_open_as_it_is(given: Artifact, hub: Hub) -> None:
    hub.repositories["models", NAME] = {"README.md": b"old", "theirs.txt": b"theirs"}
    push_folder(given.path, NAME, "again")
    assert hub.private == set()
    files = hub.repositories["models", NAME]
    assert files == contents(given.path) | {"theirs.txt": b"theirs"}


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (Fault("POST /api/repos/create", 503), "status 503; try again later"),
        (Fault("PUT /store/", 403), "status 403; log in as somebody who may write there"),
        (Fault("POST .*/commit/main", 500), "status 500; try again later"),
    ],
    ids=["busy", "refused", "broken"],
)
def test_a_hub_that_refuses_is_told_in_one_sentence_and_keeps_what_it_had(
    fault: Fault, words: str, given: Artifact, hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub.repositories["models", NAME] = {"README.md": b"old"}
    monkeypatch.setattr(hub, "faults", [fault])
    with pytest.raises(InputError, match=words) as caught:
        push_folder(given.path, NAME, "in vain")
    assert "\n" not in str(caught.value)
    assert hub.repositories["models", NAME] == {"README.md": b"old"}


def test_who_may_not_write_is_told_so(
    given: Artifact, hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(InputError, match="status 403; log in as somebody who may write there"):
        push_folder(given.path, "another/pooled", "in vain")
    monkeypatch.setenv("HF_TOKEN", "hf_expired")
    with pytest.raises(InputError, match="status 401; log in with `hf auth login`"):
        push_folder(given.path, NAME, "in vain")
    assert hub.repositories == {}


def test_a_name_that_no_repository_can_have_is_bad_input() -> None:
    with pytest.raises(InputError, match=r"--push 'a/b/c': .*; give it as NAMESPACE/NAME"):
        require_repository_name("a/b/c")
    require_repository_name(NAME)


def test_the_script_writes_and_pushes_the_same(
    exported: Made, hub: Hub, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    artifact = exported.copy()
    artifact.card.write_text("---\nlicense: mit\n---\n\n# tiny\n\n```python\n```\n\n## Results\n")
    main = runpy.run_path(str(ROOT / "scripts" / "export_hub.py"))["main"]
    run = ["--run", str(artifact.path), "--data", str(SAMPLE_DIR)]
    assert main([*run, "--out", str(tmp_path / "out"), "--push", "somebody/tiny"]) == 0
    assert hub.repositories["models", "somebody/tiny"] == contents(tmp_path / "out")
    assert (
        'pipeline("text-classification", "somebody/tiny")'
        in (tmp_path / "out" / "README.md").read_text()
    )
    said = capsys.readouterr().out
    assert "model.onnx: 100.0% of labels as PyTorch, 100.0% in padded batches" in said
    assert f"pushed to {hub.address}/somebody/tiny" in said
    hub.repositories.clear()
    assert main([*run, "--push", "somebody/tiny"]) == 0
    assert len(hub.repositories["models", "somebody/tiny"]) > 5
    assert main(run) == 2
    assert "nothing to do: give --out DIR, --push REPO, or both" in capsys.readouterr().err
