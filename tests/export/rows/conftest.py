from pathlib import Path

import pytest

from export.quality.calibrate import calibrate
from export.rows.score import load_model
from export.rows.scorer import Model
from tests.tiny import Made
from training.data.load import LabelledData
from training.data.sources import SAMPLE_DIR


@pytest.fixture(scope="session")
def calibrated(exported: Made, sample_data: LabelledData) -> Path:
    """A run of two layers whose int8 file is made and calibrated."""
    artifact = exported.copy()
    calibrate(artifact, sample_data)
    return artifact.path


@pytest.fixture(scope="session")
def model(calibrated: Path) -> Model:
    return load_model(calibrated, SAMPLE_DIR)
