"""A tiny run that may be shipped, and a place to ship it from."""

import hashlib
import shutil
from pathlib import Path

import pytest

from export.quality.calibrate import calibrate
from export.quality.parity import check_parity
from export.site.build import COMMITTED, WEB_DIR
from export.site.npm import install_packages
from tests.tiny import Made
from training.data.load import LabelledData
from training.run.artifact import Artifact


@pytest.fixture(scope="session")
def passed(exported: Made, sample_data: LabelledData) -> Artifact:
    """A run with passing parity and a calibration, to read."""
    artifact = exported.copy()
    target = exported.folder / "passed" / artifact.name
    artifact = Artifact(Path(shutil.copytree(artifact.path, target)))
    assert check_parity(artifact, sample_data)["passed"]
    calibrate(artifact, sample_data)
    return artifact


@pytest.fixture
def web(tmp_path: Path) -> Path:
    """A site root of our own, with the committed parts and the installed packages."""
    install_packages(WEB_DIR)
    web = tmp_path / "web root"
    for folder in (*COMMITTED, "templates"):
        shutil.copytree(WEB_DIR / folder, web / folder)
    shutil.copyfile(WEB_DIR / "package-lock.json", web / "package-lock.json")
    (web / "node_modules").symlink_to(WEB_DIR / "node_modules")
    return web


def snapshot(folder: Path) -> dict[str, str]:
    """Every file below a folder with its hash; the packages left out."""
    files = (path for path in folder.rglob("*") if path.is_file())
    names = {path.relative_to(folder).as_posix(): path for path in files}
    return {
        name: hashlib.sha256(path.read_bytes()).hexdigest()
        for name, path in sorted(names.items())
        if not name.startswith("node_modules/")
    }
