"""A tiny run, exported and quantized once; tests that change it take a copy."""

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from export.quantize import quantize
from export.to_onnx import export_onnx
from training.artifact import Artifact
from training.data import LabelledData


@dataclass
class Made:
    """An artifact to read, and a way to get one that may be written to."""

    artifact: Artifact
    folder: Path

    def copy(self) -> Artifact:
        target = self.folder / "copy" / self.artifact.name
        shutil.rmtree(target, ignore_errors=True)
        return Artifact(Path(shutil.copytree(self.artifact.path, target)))


@pytest.fixture(scope="session")
def exported(
    tiny_artifact: Artifact, sample_data: LabelledData, tmp_path_factory: pytest.TempPathFactory
) -> Made:
    folder = tmp_path_factory.mktemp("exported")
    artifact = Artifact(Path(shutil.copytree(tiny_artifact.path, folder / tiny_artifact.name)))
    export_onnx(artifact, sample_data.splits["validation"]["text"])
    quantize(artifact, artifact.load_config().quantize)
    return Made(artifact, folder)
