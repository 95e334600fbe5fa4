import re
from pathlib import Path

import pytest

from training.run import provenance


def test_the_commit_is_that_of_the_code() -> None:
    assert re.fullmatch(r"[0-9a-f]{12}(-dirty)?", provenance.commit() or "")


def test_outside_git_there_is_no_commit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(provenance, "ROOT", tmp_path)
    assert provenance.commit() is None


def test_versions_and_machine_are_filled_in() -> None:
    assert provenance.versions()["torch"].startswith("2.13.0")
    assert provenance.machine()["cores"] > 0 and provenance.machine()["processor"]


def test_every_record_ends_alike() -> None:
    assert list(provenance.circumstances()) == ["timestamp", "commit", "machine", "versions"]
