"""Files are found and written on this machine and under URIs alike."""

from pathlib import Path

import pytest

from export.rows.places import files_in, store
from export.rows.tables import open_table
from training.run.errors import InputError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("b.csv", "a/c.csv", "_SUCCESS", ".hidden.csv", "_temporary/d.csv"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("text\nhello\n")
    return tmp_path


@pytest.mark.parametrize("scheme", ["", "file://"])
def test_files_of_a_folder_come_sorted_and_can_be_read(folder: Path, scheme: str) -> None:
    place = f"{scheme}{folder}"
    assert files_in(f"{place}/") == [f"{place}/a/c.csv", f"{place}/b.csv"]
    assert files_in(f"{place}/b.csv") == [f"{place}/b.csv"]
    assert [row.text for row in open_table(f"{place}/b.csv", None).rows] == ["hello"]


@pytest.mark.parametrize("scheme", ["", "file://"])
def test_a_file_is_stored_under_its_name_alone(folder: Path, scheme: str) -> None:
    (folder / "out").mkdir()
    for _ in range(2):
        store(folder / "b.csv", f"{scheme}{folder}/out", "part.csv")
    assert [path.name for path in (folder / "out").iterdir()] == ["part.csv"]
    assert (folder / "out" / "part.csv").read_text() == "text\nhello\n"


def test_what_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file or folder; correct its name"):
        files_in(str(tmp_path / "absent"))
    with pytest.raises(InputError, match=r"nothing://at/all: cannot be reached"):
        files_in("nothing://at/all")
    with pytest.raises(InputError, match=r"absent\.csv: cannot be read as csv"):
        open_table(f"file://{tmp_path}/absent.csv", None)
