"""What tells one site from another: its version, and all its files with their hashes."""

import base64
import hashlib
import json
from pathlib import Path
from typing import Any

from export.compress import SUFFIX, describe_content
from training.run.files import sha256_of


def version_of(folder: Path, facts: dict[str, Any]) -> str:
    """The version of a folder and what is said of it: another one as soon as a byte differs."""
    hashes = {path.relative_to(folder).as_posix(): sha256_of(path) for path in _files(folder)}
    return digest([hashes, facts])


def digest(value: Any) -> str:
    """The first 16 hex digits of the SHA-256 of a JSON value."""
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:16]


def precache_list(stage: Path) -> list[dict[str, str]]:
    """Every file below ``stage`` with its integrity; the index under the address people visit.

    A compressed file may also arrive as what it holds, so its integrity lists the hashes of both.
    """
    entries = []
    for path in _files(stage):
        name = path.relative_to(stage).as_posix()
        hashes = [sha256_of(path)]
        if path.suffix == SUFFIX:
            hashes.append(describe_content(path)["sha256"])
        url = "./" if name == "index.html" else name
        entries.append({"url": url, "integrity": " ".join(map(_integrity, hashes))})
    return entries


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _integrity(sha256: str) -> str:
    return f"sha256-{base64.b64encode(bytes.fromhex(sha256)).decode()}"
