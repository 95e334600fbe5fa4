"""A tiny run that may be shipped, and a place to ship it from."""

import hashlib
import shutil
from pathlib import Path

import pytest

from export import compress
from export.compress import compressed
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


@pytest.fixture(scope="session")
def compressed_before() -> dict[bytes, bytes]:
    """Content → what it was compressed to, in this session."""
    return {}


@pytest.fixture
def web(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, compressed_before: dict[bytes, bytes]
) -> Path:
    """A site root of our own, with the committed parts and the installed packages.

    What is built there is compressed once in a session: the runtime, which is in every site, takes
    seconds. To compress again, clear ``compressed_before``.
    """

    def remembered(content: bytes) -> bytes:
        if content not in compressed_before:
            compressed_before[content] = compressed(content)
        return compressed_before[content]

    monkeypatch.setattr(compress, "compressed", remembered)
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
