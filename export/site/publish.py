"""Putting a finished site in the place of the previous one, without a moment of half a site.

A site lists the files that it was published with, so that the next build takes away what is no
longer part of it and nothing else. No link inside a site is ever followed.
"""

import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path, PurePosixPath

from training.run.errors import InputError
from training.run.files import read_json, write_json

# Names of the files of the last build; kept beside them, and of no use to a visitor.
PUBLISHED = ".published.json"


def require_replaceable(out: Path, web: Path) -> None:
    """Refuse to publish into a folder that holds anything but a site built here.

    Raises:
        InputError: ``out`` is somebody's folder or file, or lies in the sources of the site.
    """
    place = out.resolve()
    if place == web.resolve() or web.resolve() in place.parents:
        raise InputError(f"{out}: lies in the sources of the site; give a folder elsewhere")
    if not out.exists() or _read_list(out):
        return
    if not out.is_dir() or any(out.iterdir()):
        raise InputError(
            f"{out}: exists and is no site built here (it has no {PUBLISHED}); "
            "give an empty or new folder"
        )


def publish(stage: Path, site: Path, names: Sequence[str]) -> None:
    """Move the files and folders ``names`` from ``stage`` into ``site``.

    Each file takes its place by one rename, in the order of ``names``: one that is named beside its
    folder when its own turn comes. Only then do files of the build before go that are not among
    them. Both folders must be on the same file system.

    Raises:
        InputError: something lies in the way; nothing was changed.
    """
    files: dict[str, Path] = {}
    for file in (file for name in names for file in _files(stage / name)):
        files.pop(_name(file, stage), None)
        files[_name(file, stage)] = file
    for name in files:
        if (obstacle := _obstacle(site, name)) is not None:
            raise InputError(
                f"{obstacle}: in the way of {name} (no link inside a site is followed, and no "
                "folder is replaced by a file); move it"
            )
    old = _read_list(site)
    _write_list(site, {*old, *files})  # so that what a killed build leaves is known to the next
    for name, file in files.items():
        place = site / name
        place.parent.mkdir(parents=True, exist_ok=True)
        os.replace(file, place)
    _remove(site, old.difference(files))
    _write_list(site, files)


def publish_copy(stage: Path, out: Path, names: Sequence[str]) -> None:
    """Publish a copy of ``stage`` as the folder ``out``; what others put there stays.

    Raises:
        InputError: something lies in the way; nothing was changed.
    """
    out = out.resolve()
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=f".{out.name}-") as folder:
        copy = Path(shutil.copytree(stage, Path(folder) / "site"))
        ours = [_name(file, copy) for file in _files(copy)]
        if out.exists() and any(out.iterdir()):
            _require_known(out, ours)
            publish(copy, out, names)
        else:
            _write_list(copy, ours)
            os.replace(copy, out)


def _require_known(out: Path, names: Iterable[str]) -> None:
    known = _read_list(out)
    for name in names:
        if name not in known and os.path.lexists(out / name):
            raise InputError(
                f"{out / name}: not written by the last build, but this one has a file of that "
                "name; move it"
            )


def _files(path: Path) -> Iterator[Path]:
    return (p for p in sorted(path.rglob("*")) if p.is_file()) if path.is_dir() else iter([path])


def _name(file: Path, site: Path) -> str:
    return file.relative_to(site).as_posix()


def _folders(site: Path, name: str) -> list[Path]:
    """The folders inside ``site`` that lead to a file of it, the innermost first."""
    return [site / folder for folder in PurePosixPath(name).parents][:-1]


def _obstacle(site: Path, name: str) -> Path | None:
    """What keeps a file from its place in ``site``, if anything does."""
    place = site / name
    if place.is_dir() and not place.is_symlink():
        return place
    for folder in reversed(_folders(site, name)):
        if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
            return folder
    return None


def _remove(site: Path, names: Iterable[str]) -> None:
    """Take away files, and the folders that are empty then; what lies behind a link stays."""
    for name in names:
        place, folders = site / name, _folders(site, name)
        if any(folder.is_symlink() for folder in folders):
            continue
        if place.is_symlink() or place.is_file():
            place.unlink()
        for folder in folders:
            if folder.is_dir() and not any(folder.iterdir()):
                folder.rmdir()


def _read_list(site: Path) -> set[str]:
    """Names of the files of the last build; none that leads out of the site.

    Raises:
        InputError: the list is there and is none.
    """
    path = site / PUBLISHED
    if not path.is_file():
        return set()
    try:
        names = [PurePosixPath(name) for name in read_json(path)["files"]]
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(f"{path}: no list of the files of a site; remove it") from error
    return {str(name) for name in names if not name.is_absolute() and ".." not in name.parts}


def _write_list(site: Path, names: Iterable[str]) -> None:
    write_json(site / PUBLISHED, {"files": sorted(names)})
