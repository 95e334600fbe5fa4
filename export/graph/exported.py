"""Whether ``model.onnx`` still belongs to its run; looked at without torch, which takes seconds."""

from pathlib import Path

from export.fresh import ONNX_PACKAGES, is_fresh
from training.run.artifact import Artifact
from training.run.files import code_sha256, sha256_of
from training.run.provenance import package_versions


def is_exported(artifact: Artifact) -> bool:
    """Whether ``model.onnx`` is there and was made from the run's present files by this code."""
    return is_fresh(stamp_of(artifact), inputs_of(artifact), artifact.onnx)


def stamp_of(artifact: Artifact) -> Path:
    """What is written when the file is complete."""
    return artifact.onnx_dir / "export.json"


def inputs_of(artifact: Artifact) -> dict[str, object]:
    """All that decides what the file holds."""
    files = (
        artifact.weights,
        artifact.model_config,
        artifact.tokenizer,
        artifact.tokenizer_config,
    )
    return {
        "files": {file.name: sha256_of(file) for file in files},
        "code": code_sha256("export/graph", "training/bases/pooling.py"),
        "versions": package_versions(("torch", *ONNX_PACKAGES)),
    }
