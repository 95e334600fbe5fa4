import json
import re
from pathlib import Path

import pytest

from training.run import files as records


def test_a_record_is_replaced_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "record.json"
    records.write_json(path, {"value": 1})
    with pytest.raises(TypeError):
        records.write_json(path, {"value": object()})
    assert json.loads(path.read_text()) == {"value": 1}
    assert [file.name for file in tmp_path.iterdir()] == ["record.json"]


def test_the_commit_is_that_of_the_code() -> None:
    assert re.fullmatch(r"[0-9a-f]{12}(-dirty)?", records.commit() or "")


def test_outside_git_there_is_no_commit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(records, "ROOT", tmp_path)
    assert records.commit() is None


def test_versions_and_machine_are_filled_in() -> None:
    assert records.versions()["torch"].startswith("2.13.0")
    assert records.machine()["cores"] > 0 and records.machine()["processor"]


def test_numbers_stand_on_one_line_and_nothing_is_lost(tmp_path: Path) -> None:
    written = {
        "row": [1, -2.5, 3e-7],
        "matrix": [[1, 2], [3, 4]],
        "empty": [],
        "text": "[\n 1,\n 2\n]",
        "names": ["1", "2"],
    }
    records.write_json(tmp_path / "record.json", written)
    text = (tmp_path / "record.json").read_text()
    assert json.loads(text) == written
    assert '"row": [1, -2.5, 3e-07],' in text and "[3, 4]" in text
