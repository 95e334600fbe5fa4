from pathlib import Path

import pytest

from training.fit.code import code_sha256


def test_what_decides_a_training_changes_the_sum_and_nothing_else_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = code_sha256()
    assert len(real) == 64 and real == code_sha256()
    monkeypatch.setattr("training.fit.code._ROOT", tmp_path)
    for room in ("data", "fit", "report"):
        (tmp_path / room).mkdir()
        (tmp_path / room / "a.py").write_text("one")
    before = code_sha256()
    (tmp_path / "report" / "a.py").write_text("two")
    assert code_sha256() == before != real
    (tmp_path / "fit" / "a.py").write_text("two")
    edited = code_sha256()
    (tmp_path / "fit" / "a.py").rename(tmp_path / "fit" / "b.py")
    assert len({before, edited, code_sha256()}) == 3
