"""Where, when and with what a record was made."""

import os
import platform
import subprocess
from collections.abc import Iterable
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

from training.run.files import ROOT

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


def circumstances() -> dict[str, Any]:
    """What stands at the end of every record: time, commit, machine, versions."""
    return {
        "timestamp": timestamp(),
        "commit": commit(),
        "machine": machine(),
        "versions": versions(),
    }


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
