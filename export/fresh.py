"""Whether what a stage wrote still belongs to what it was made from, and to what made it."""

import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from training.run.files import ROOT, describe_file, read_json, sha256_of, write_json


def record_saying(path: Path, **facts: Any) -> dict[str, Any] | None:
    """The record, if it is there and says exactly these ``facts``."""
    try:
        record = read_json(path)
    except (OSError, ValueError):
        return None
    return record if all(record.get(name) == fact for name, fact in facts.items()) else None


def is_fresh(stamp: Path, inputs: dict[str, Any], output: Path) -> bool:
    """Whether ``output`` is whole and was made from exactly ``inputs``, by the stage's stamp."""
    if not output.is_file():
        return False
    return record_saying(stamp, inputs=inputs, output=describe_file(output)) is not None


def finish(stamp: Path, inputs: dict[str, Any], output: Path, **facts: Any) -> None:
    """Write a stage's stamp. Call it last: its presence means that the stage is complete."""
    write_json(stamp, {"inputs": inputs, "output": describe_file(output), **facts})


def code_sha256(*sources: str) -> str:
    """What identifies the code of a stage: SHA-256 over the Python files that it is made of.

    Args:
        sources: files, or folders with all below them, relative to the root of the repository.
    """
    files: list[Path] = []
    for path in map(ROOT.joinpath, sources):
        files += path.rglob("*.py") if path.is_dir() else [path]
    return tree_sha256(files, ROOT)


def tree_sha256(files: Iterable[Path], root: Path) -> str:
    """SHA-256 over the contents of files and their places below ``root``, in any order.

    Raises:
        FileNotFoundError: there are none, so that nothing would ever change.
    """
    lines = sorted(f"{sha256_of(file)}  {file.relative_to(root).as_posix()}\n" for file in files)
    if not lines:
        raise FileNotFoundError(f"{root}: none of the files that should be told apart is there")
    return hashlib.sha256("".join(lines).encode()).hexdigest()
