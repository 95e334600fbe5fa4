"""Writing records and folders whole, and what every record says of the place it was made in."""

import hashlib
import json
import os
import platform
import re
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
_PACKAGES = (
    "torch",
    "transformers",
    "tokenizers",
    "datasets",
    "scikit-learn",
    "numpy",
    "optimum",
    "optimum-onnx",
    "onnx",
    "onnxruntime",
)
# A list of numbers as json.dumps breaks it; no string can hold a bare line break.
_NUMBERS = re.compile(r"\[\n[-+.,eE\d\s]+\]")


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


def timestamp() -> str:
    """Now, UTC, ISO 8601 to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def package_versions(names: Iterable[str]) -> dict[str, str]:
    """Installed versions of packages."""
    return {name: metadata.version(name) for name in names}


def versions() -> dict[str, str]:
    """Versions of Python and of the packages that numbers depend on."""
    return {"python": platform.python_version(), **package_versions(_PACKAGES)}


def machine() -> dict[str, Any]:
    """The processor that a measurement was made on."""
    model = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.is_file():
        names = [line for line in cpuinfo.read_text().splitlines() if line.startswith("model name")]
        model = names[0].partition(":")[2].strip() if names else model
    return {"processor": model, "cores": os.cpu_count(), "system": platform.system()}


def commit() -> str | None:
    """Commit of the code, with "-dirty" when code differs from it; None outside git.

    Records do not count as code: writing one must not taint the next.
    """
    code = ["training", "export", "scripts", "web", ":!training/artifacts", ":!*/records/*"]
    try:
        head = _git("rev-parse", "--short=12", "HEAD")
        changed = _git("status", "--porcelain", "--untracked-files=no", "--", *code)
    except (OSError, subprocess.CalledProcessError):
        return None
    return f"{head}-dirty" if changed else head


def _git(*arguments: str) -> str:
    command = ["git", *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout.strip()
