"""A run as a folder in the layout of the Hugging Face hub, written at once or not at all."""

import shutil
from pathlib import Path
from typing import Any

import onnx

from export.hub.agreement import measure_agreement, sentences
from export.hub.card import hub_card, require_card
from export.hub.padding import is_blind, with_mask
from export.hub.torch_files import write_torch_files
from training.run.artifact import TOKENIZER_FILES, Artifact
from training.run.errors import InputError
from training.run.files import describe_file, read_json, replaced_folder, write_json
from training.run.provenance import circumstances

# Lists the files, so that a folder is known again as one written here.
RECORD = "export.json"


def require_free(out: Path) -> None:
    """Refuse to replace anything but a folder that was written here and holds nothing else.

    Raises:
        InputError: ``out`` is somebody's folder or file.
    """
    if not out.exists():
        return
    if not out.is_dir():
        raise InputError(f"{out}: is a file; give an empty or new folder")
    foreign = sorted(set(_names(out)) - _written(out))
    if foreign:
        raise InputError(
            f"{out}: holds {foreign[0]}, not written here; give an empty or new folder"
        )


def write_folder(
    artifact: Artifact, out: Path, place: str | None = None, language: str | None = None
) -> dict[str, Any]:
    """Write the folder ``out``: weights, both ONNX files, tokenizer, settings, card, record.

    Args:
        artifact: a run with present ONNX files.
        place: the repository that the card tells how to load; the name of the folder by default.
        language: of the texts, for the card's metadata.

    Returns:
        The record: agreement of each ONNX file with PyTorch, and what the folder holds.

    Raises:
        InputError: ``out`` is somebody's folder, or the run has no card.
        CheckError: the int8 graph does not bear an attention mask, or torch's own class would take
            the weights for its own.
    """
    out = out.resolve()
    require_free(out)
    require_card(artifact)
    out.parent.mkdir(parents=True, exist_ok=True)
    with replaced_folder(out) as stage:
        given = Artifact(stage)
        guard = write_torch_files(artifact, given)
        for name in TOKENIZER_FILES:
            if (artifact.path / name).is_file():
                shutil.copyfile(artifact.path / name, stage / name)
        masked = _write_graphs(artifact, given)
        agreement = measure_agreement(artifact, given, sentences(), masked=masked)
        card = hub_card(artifact, place or out.name, language, agreement, guard)
        given.card.write_text(card, encoding="utf-8")
        files = {name: describe_file(stage / name) for name in _names(stage)}
        record = {"run": artifact.name, "agreement": agreement, "files": files} | circumstances()
        write_json(stage / RECORD, record)
    return record


def _write_graphs(artifact: Artifact, given: Artifact) -> bool:
    """Copy both graphs; whether the int8 one was given an attention mask on the way."""
    given.onnx_dir.mkdir()
    shutil.copyfile(artifact.onnx, given.onnx)
    graph = onnx.load(artifact.onnx_quantized)
    blind = is_blind(graph)
    if blind:
        onnx.save(with_mask(graph), given.onnx_quantized)
    else:
        shutil.copyfile(artifact.onnx_quantized, given.onnx_quantized)
    return blind


def _names(folder: Path) -> list[str]:
    found = (path for path in sorted(folder.rglob("*")) if not path.is_dir() or path.is_symlink())
    return [path.relative_to(folder).as_posix() for path in found]


def _written(out: Path) -> set[str]:
    try:
        return {RECORD, *read_json(out / RECORD)["files"]}
    except (OSError, ValueError, KeyError, TypeError):
        return set()
