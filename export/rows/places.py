"""Files where they lie: on this machine, or under a URI that pyarrow knows (s3://, gs://, hdfs://)."""

import shutil
import uuid
from pathlib import Path
from typing import BinaryIO

import pyarrow as pa
from pyarrow import fs

from training.run.errors import InputError, one_line


def is_remote(name: str) -> bool:
    """Whether a name is a URI, and no path of this machine."""
    return "://" in name


def place_of(name: str) -> tuple[fs.FileSystem, str]:
    """The file system of a path or URI, and the path in it.

    Raises:
        InputError: there is no such kind of file system, or it cannot be reached.
    """
    try:
        if is_remote(name):
            return fs.FileSystem.from_uri(name)
        return fs.LocalFileSystem(), str(Path(name).absolute())
    except (pa.ArrowException, OSError, ValueError) as error:
        raise InputError(f"{name}: cannot be reached: {one_line(error, 200)}") from error


def open_remote(name: str) -> BinaryIO:
    """A file under a URI, to be read; may be searched, as Parquet must.

    Raises:
        InputError: as ``place_of``.
        OSError: it cannot be opened.
    """
    system, path = place_of(name)
    return system.open_input_file(path)


def files_in(name: str) -> list[str]:
    """A file itself, or all those below a folder, sorted; hidden ones (. and _) left out.

    Raises:
        InputError: there is no such file or folder, or it cannot be reached.
    """
    system, path = place_of(name)
    try:
        found = system.get_file_info(path)
        if found.type == fs.FileType.NotFound:
            raise InputError(f"{name}: no such file or folder; correct its name")
        if found.type == fs.FileType.File:
            return [name]
        below = system.get_file_info(fs.FileSelector(path, recursive=True))
    except OSError as error:
        raise InputError(f"{name}: cannot be reached: {one_line(error, 200)}") from error
    inner = [file.path[len(path) :].lstrip("/") for file in below if file.is_file]
    shown = (file for file in inner if not any(part[0] in "._" for part in file.split("/")))
    return [f"{name.rstrip('/')}/{file}" for file in sorted(shown)]


def store(file: Path, folder: str, name: str) -> None:
    """Copy a file into a folder, under its name only when all of it is there."""
    system, path = place_of(folder)
    # An object store shows what is written when it is closed; a disk shows each half.
    half = name if is_remote(folder) else f".{name}.{uuid.uuid4().hex}"
    with file.open("rb") as source, system.open_output_stream(f"{path}/{half}") as target:
        shutil.copyfileobj(source, target)
    if half != name:
        system.move(f"{path}/{half}", f"{path}/{name}")
