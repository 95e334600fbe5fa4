"""Files and folders written whole or not at all, and what identifies them."""

import hashlib
import json
import os
import re
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
# A list of numbers as json.dumps breaks it; no string can hold a bare line break.
_NUMBERS = re.compile(r"\[\n[-+.,eE\d\s]+\]")


def read_json(path: Path) -> Any:
    """What a record holds."""
    return json.loads(path.read_text(encoding="utf-8"))


def write_json(path: Path, record: dict[str, Any]) -> None:
    """Write a record so that a reader sees the old file or the new one, never a part."""
    temporary = path.with_name(f".{path.name}.tmp")
    text = json.dumps(record, indent=1, ensure_ascii=False) + "\n"
    temporary.write_text(_NUMBERS.sub(_on_one_line, text), encoding="utf-8")
    os.replace(temporary, path)


def _on_one_line(numbers: re.Match[str]) -> str:
    return "[" + " ".join(numbers[0][1:-1].split()) + "]"


@contextmanager
def replaced_folder(target: Path) -> Iterator[Path]:
    """An empty folder to fill, which takes the place of ``target`` once the block ends well.

    Until then, and when the block fails, what was there before stays as it was.
    """
    with tempfile.TemporaryDirectory(prefix=f".{target.name}-", dir=target.parent) as folder:
        stage = Path(folder) / target.name
        stage.mkdir()
        yield stage
        if target.exists():
            os.replace(target, Path(folder) / "previous")
        os.replace(stage, target)


def sha256_of(path: Path) -> str:
    """SHA-256 of a file, hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def files_sha256(paths: Iterable[Path], root: Path) -> str:
    """SHA-256, hex, of several files: their names below ``root`` and what they hold.

    Raises:
        FileNotFoundError: there are none, so that nothing would ever change.
    """
    found = sorted((path.relative_to(root).as_posix(), sha256_of(path)) for path in paths)
    if not found:
        raise FileNotFoundError(f"{root}: none of the files that should be told apart is there")
    return hashlib.sha256(json.dumps(found).encode()).hexdigest()


def code_sha256(*sources: str) -> str:
    """What identifies code: SHA-256, hex, of the Python files that it is made of.

    Args:
        sources: files, or folders with all below them, relative to the root of the repository.

    Raises:
        FileNotFoundError: a file is not there, or a folder has none.
    """
    files: list[Path] = []
    for path in map(ROOT.joinpath, sources):
        files += path.rglob("*.py") if path.is_dir() else [path]
    return files_sha256(files, ROOT)


def describe_file(path: Path) -> dict[str, Any]:
    """Size in bytes and SHA-256 of a file."""
    return {"bytes": path.stat().st_size, "sha256": sha256_of(path)}
