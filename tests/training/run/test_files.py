import json
from pathlib import Path

import pytest

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
