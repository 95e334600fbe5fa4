"""Stand-ins for bases that no package carries: their shape, made from one that a package has."""

from pathlib import Path
from typing import Any

import torch
from transformers import AutoTokenizer, BertModel

from training.bases.fetched import FETCHED
from training.bases.packaged import MINILM, require_packaged
from training.bases.widen import widen_to_distilbert
from training.run.artifact import ARTIFACTS_DIR
from training.run.errors import InputError
from training.run.files import read_json, replaced_folder, sha256_of, write_json

DISTILBERT = "distilbert/distilbert-base-uncased"
TINYBERT = "huawei-noah/TinyBERT_General_4L_312D"
MINILM_L12 = "microsoft/MiniLM-L12-H384-uncased"
# Base → its config, by which the script that makes the stand-in knows it.
DISTILLED = {TINYBERT: "tinybert", MINILM_L12: "minilm_l12"}

OFFLINE_BASES = (MINILM, *FETCHED, DISTILBERT, *DISTILLED)
DERIVED_DIR = ARTIFACTS_DIR / ".bases"
DERIVATION = "derivation.json"  # written last: a folder that has it is complete


def derived_dir(base: str, root: Path = DERIVED_DIR) -> Path:
    """Where the checkpoint that stands in for ``base`` is kept."""
    return root / base.split("/")[-1]


def derived(base: str, root: Path = DERIVED_DIR) -> tuple[Path, dict[str, Any]]:
    """A checkpoint of the shape of ``base``, made from the packaged MiniLM, and how it was made.

    Raises:
        InputError: there is none for this base, or it takes a script to make it.
    """
    if base == DISTILBERT:
        return widened(root)
    if base not in DISTILLED:
        raise InputError(
            f"base '{base}': it has no offline base, these have one: {', '.join(OFFLINE_BASES)}"
        )
    path = derived_dir(base, root)
    derivation = _read_derivation(path)
    if derivation is None:
        raise InputError(
            f"base '{base}': its offline base is not made yet; "
            f"run python scripts/study/distill_base.py --base {DISTILLED[base]}"
        )
    return path, derivation


def widened(root: Path = DERIVED_DIR) -> tuple[Path, dict[str, Any]]:
    """The packaged MiniLM-L6 in DistilBERT's shape, made on first use (seconds).

    Raises:
        InputError: the package is not installed.
    """
    source = require_packaged(MINILM)
    path = derived_dir(DISTILBERT, root)
    derivation = {
        "stands_for": DISTILBERT,
        "from": MINILM,
        "from_sha256": sha256_of(source / "model.safetensors"),
        "method": "widened to twice its size, computing the same function",
    }
    if _read_derivation(path) == derivation:
        return path, derivation
    model = widen_to_distilbert(BertModel.from_pretrained(source, dtype=torch.float32))
    save_derived(model, source, derivation, path)
    return path, derivation


def _read_derivation(path: Path) -> dict[str, Any] | None:
    """How the checkpoint in a folder was made, None when it is not complete."""
    try:
        return read_json(path / DERIVATION)
    except (OSError, ValueError):
        return None


def save_derived(
    model: torch.nn.Module, tokenizer: Path, derivation: dict[str, Any], path: Path
) -> None:
    """Write a Hugging Face checkpoint folder at once; a folder of that name is replaced."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with replaced_folder(path) as made:
        model.save_pretrained(made)
        AutoTokenizer.from_pretrained(tokenizer).save_pretrained(made)
        write_json(made / DERIVATION, derivation)
