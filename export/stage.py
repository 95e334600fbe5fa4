"""Build stages that know whether their output still belongs to their input."""

import json
from collections.abc import Iterable
from importlib import metadata
from pathlib import Path
from typing import Any

from training.records import sha256_of, write_json


def package_versions(names: Iterable[str]) -> dict[str, str]:
    """Installed versions of the packages that decide a stage's output."""
    return {name: metadata.version(name) for name in names}


def describe_file(path: Path) -> dict[str, Any]:
    """Size in bytes and SHA-256 of a file."""
    return {"bytes": path.stat().st_size, "sha256": sha256_of(path)}


def is_fresh(manifest: Path, inputs: dict[str, Any], output: Path) -> bool:
    """Whether ``output`` is whole and was made from exactly ``inputs``, by the stage's manifest."""
    try:
        record = json.loads(manifest.read_text())
    except (OSError, ValueError):
        return False
    return (
        record.get("inputs") == inputs
        and output.is_file()
        and record.get("output") == describe_file(output)
    )


def finish(manifest: Path, inputs: dict[str, Any], output: Path, **facts: Any) -> None:
    """Write a stage's manifest. Call it last: its presence means that the stage is complete."""
    write_json(manifest, {"inputs": inputs, "output": describe_file(output), **facts})
