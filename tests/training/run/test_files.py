import json
from pathlib import Path

import pytest

from training.run import files
from training.run.files import write_json


def test_a_record_is_replaced_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "record.json"
    write_json(path, {"value": 1})
    with pytest.raises(TypeError):
        write_json(path, {"value": object()})
    assert json.loads(path.read_text()) == {"value": 1}
    assert [file.name for file in tmp_path.iterdir()] == ["record.json"]


def test_numbers_stand_on_one_line_and_nothing_is_lost(tmp_path: Path) -> None:
    written = {
        "row": [1, -2.5, 3e-7],
        "matrix": [[1, 2], [3, 4]],
        "empty": [],
        "text": "[\n 1,\n 2\n]",
        "names": ["1", "2"],
    }
    write_json(tmp_path / "record.json", written)
    text = (tmp_path / "record.json").read_text()
    assert json.loads(text) == written
    assert '"row": [1, -2.5, 3e-07],' in text and "[3, 4]" in text


def test_each_change_of_the_code_is_another_code(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "ROOT", tmp_path)
    room = tmp_path / "room"
    (room / "inner").mkdir(parents=True)
    for name in ("a.py", "inner/b.py", "notes.md"):
        (room / name).write_text(name)
    seen = [files.code_sha256("room")]
    (room / "notes.md").write_text("not code")
    assert files.code_sha256("room") == seen[0]
    (room / "inner" / "b.py").write_text("another")
    seen.append(files.code_sha256("room"))
    (room / "a.py").rename(room / "c.py")
    seen.append(files.code_sha256("room"))
    seen.append(files.code_sha256("room/c.py"))
    assert len(set(seen)) == 4


def test_code_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        files.code_sha256("export/absent")


def test_code_of_nothing_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "ROOT", tmp_path)
    (tmp_path / "room").mkdir()
    with pytest.raises(FileNotFoundError, match="none of the files"):
        files.code_sha256("room")
