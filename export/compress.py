"""Files as they are shipped: compressed here once, so that any static server is enough."""

import gzip
import hashlib
from pathlib import Path
from typing import Any

# Not ".gz": some servers announce that as an encoding, and the browser would inflate it by itself.
SUFFIX = ".gzip"


def compress(path: Path) -> Path:
    """Put a gzip copy in the place of the file; equal content gives equal bytes."""
    target = path.with_name(path.name + SUFFIX)
    target.write_bytes(compressed(path.read_bytes()))
    path.unlink()
    return target


def compressed(content: bytes) -> bytes:
    """As a visitor gets it."""
    return gzip.compress(content, compresslevel=9, mtime=0)


def describe_content(path: Path) -> dict[str, Any]:
    """Size in bytes and SHA-256 of what a compressed file holds."""
    content = gzip.decompress(path.read_bytes())
    return {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
