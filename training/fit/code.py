"""What of the code decides what a training gives."""

import hashlib
from pathlib import Path

_ROOT = Path(__file__).parents[1]
_DECIDING = ("data/*.py", "bases/*.py", "fit/*.py", "measure/metrics.py", "measure/bootstrap.py")


def code_sha256() -> str:
    """SHA-256 (hex) of the modules between texts and weights, by name and content."""
    digest = hashlib.sha256()
    for path in sorted(path for pattern in _DECIDING for path in _ROOT.glob(pattern)):
        digest.update(f"{path.relative_to(_ROOT).as_posix()}\n".encode() + path.read_bytes())
    return digest.hexdigest()
