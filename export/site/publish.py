"""Putting a finished site in the place of the previous one, without a moment of half a site."""

import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from training.run.errors import InputError


def require_replaceable(out: Path, web: Path) -> None:
    """Refuse to publish into a folder that holds anything but a site built here.

    Raises:
        InputError: ``out`` is somebody's folder or file, or lies in the sources of the site.
    """
    place = out.resolve()
    if place == web.resolve() or web.resolve() in place.parents:
        raise InputError(f"{out}: lies in the sources of the site; give a folder elsewhere")
    if not out.exists() or (out / "bundle.json").is_file():
        return
    if not out.is_dir() or any(out.iterdir()):
        raise InputError(f"{out}: exists and is no site built here; give an empty or new folder")


def publish(stage: Path, site: Path, names: Sequence[str]) -> None:
    """Move the files and folders ``names`` from ``stage`` into ``site``.

    Each file takes its place by one rename, in the order of ``names``; only then does what is no
    longer part of those folders go. Both folders must be on the same file system.
    """
    moved = set()
    for name in names:
        for file in list(_files(stage / name)):
            place = site / file.relative_to(stage)
            place.parent.mkdir(parents=True, exist_ok=True)
            os.replace(file, place)
            moved.add(place)
    for name in names:
        _prune(site / name, moved)


def publish_copy(stage: Path, out: Path, names: Sequence[str]) -> None:
    """Publish a copy of ``stage`` as the folder ``out``, which then holds nothing else."""
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=f".{out.name}-") as folder:
        copy = Path(shutil.copytree(stage, Path(folder) / "site"))
        if not out.exists() or not any(out.iterdir()):
            os.replace(copy, out)
            return
        publish(copy, out, names)
    for path in out.iterdir():
        if path.name not in names:
            _prune(path, set())


def _files(path: Path) -> Iterator[Path]:
    return (p for p in sorted(path.rglob("*")) if p.is_file()) if path.is_dir() else iter([path])


def _prune(path: Path, keep: set[Path]) -> None:
    for file in list(_files(path)):
        if file not in keep:
            file.unlink()
    if path.is_dir():
        folders = [path, *(p for p in path.rglob("*") if p.is_dir())]
        for folder in sorted(folders, reverse=True):
            if not any(folder.iterdir()):
                folder.rmdir()
