"""Code is known again by what its files hold and where they lie."""

from pathlib import Path

import pytest

from export import fresh


def test_each_change_of_the_code_is_another_code(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fresh, "ROOT", tmp_path)
    room = tmp_path / "room"
    (room / "inner").mkdir(parents=True)
    for name in ("a.py", "inner/b.py", "notes.md"):
        (room / name).write_text(name)
    seen = [fresh.code_sha256("room")]
    (room / "notes.md").write_text("not code")
    assert fresh.code_sha256("room") == seen[0]
    (room / "inner" / "b.py").write_text("another")
    seen.append(fresh.code_sha256("room"))
    (room / "a.py").rename(room / "c.py")
    seen.append(fresh.code_sha256("room"))
    seen.append(fresh.code_sha256("room/c.py"))
    assert len(set(seen)) == 4


def test_code_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        fresh.code_sha256("export/absent")


def test_code_of_nothing_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fresh, "ROOT", tmp_path)
    (tmp_path / "room").mkdir()
    with pytest.raises(FileNotFoundError, match="none of the files"):
        fresh.code_sha256("room")
