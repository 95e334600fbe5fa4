"""Fixtures shared by all tests. The hub is a stand-in on loopback, for the whole session."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.hub import Hub, start_hub

# Before anything imports huggingface_hub, which reads these once.
_HUB = start_hub()
_HUB_HOME = tempfile.TemporaryDirectory(prefix="hub-home-")
os.environ["HF_ENDPOINT"] = _HUB.address
os.environ["HF_HOME"] = _HUB_HOME.name
os.environ["TOKENIZERS_PARALLELISM"] = "false"
DATA_DIR = os.environ.get("POCKET_DATA_DIR")

import pytest  # noqa: E402
from hypothesis import settings  # noqa: E402

from export.graph.from_torch import export_onnx  # noqa: E402
from export.int8.quantize import quantize  # noqa: E402
from tests.tiny import Made, make_tiny_base, make_tiny_config  # noqa: E402
from training.data.load import LabelledData, load_data  # noqa: E402
from training.data.sources import SAMPLE_DIR  # noqa: E402
from training.fit.finetune import finetune  # noqa: E402
from training.run.artifact import BROWSER_RUN, Artifact, find_artifact  # noqa: E402
from training.run.config import load_config  # noqa: E402

# EmpatheticDialogues where it is at hand, else the embedded sample.
REAL_DIR = Path(DATA_DIR) if DATA_DIR else SAMPLE_DIR

settings.register_profile("default", deadline=None, derandomize=True)
settings.load_profile("default")

needs_data = pytest.mark.skipif(
    not DATA_DIR, reason="set POCKET_DATA_DIR to the EmpatheticDialogues folder"
)


# What installs npm packages into web/ or export/bench/, or builds web/.
IN_WEB = (
    "tests/web/",
    "tests/export/site/",
    "tests/export/bench/",
    "tests/export/hub/test_javascript.py",
)
# What only reads there; ``make test`` has built it before.
READS = "tests/web/engines/"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what may not run beside each other: all that touches ``web/`` or the committed run.

    Whoever touches that run brings its ONNX files up to date in place.
    """
    for item in items:
        if item.nodeid.startswith(READS):
            continue
        in_web = item.nodeid.startswith(IN_WEB)
        if in_web or "browser_artifact" in getattr(item, "fixturenames", ()):
            item.add_marker("web")


@pytest.fixture
def hub() -> Iterator[Hub]:
    """The stand-in, empty before and after."""
    _HUB.repositories.clear()
    _HUB.requests.clear()
    yield _HUB
    for left in (_HUB.repositories, _HUB.private, _HUB.commits, _HUB.stored):
        left.clear()


@pytest.fixture(autouse=True)
def no_data_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is set outside must not decide what a test reads."""
    monkeypatch.delenv("POCKET_DATA_DIR", raising=False)


@pytest.fixture(scope="session")
def tiny_base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A random two-layer BERT checkpoint with a real tokenizer."""
    return make_tiny_base(tmp_path_factory.mktemp("base") / "tiny")


@pytest.fixture(scope="session")
def tiny_artifact(tmp_path_factory: pytest.TempPathFactory, tiny_base: Path) -> Artifact:
    """The tiny base, fine-tuned on the embedded sample for one epoch."""
    folder = tmp_path_factory.mktemp("run")
    config_file = make_tiny_config(folder / "tiny.yaml", tiny_base)
    config = load_config(config_file)
    data = load_data(config.data, SAMPLE_DIR)
    return finetune(config, config_file, data, folder / "artifacts")


@pytest.fixture(scope="session")
def sample_data(tiny_artifact: Artifact) -> LabelledData:
    return load_data(tiny_artifact.load_config().data, SAMPLE_DIR)


@pytest.fixture(scope="session")
def exported(
    tiny_artifact: Artifact, sample_data: LabelledData, tmp_path_factory: pytest.TempPathFactory
) -> Made:
    folder = tmp_path_factory.mktemp("exported")
    artifact = Artifact(Path(shutil.copytree(tiny_artifact.path, folder / tiny_artifact.name)))
    export_onnx(artifact, sample_data.splits["validation"]["text"])
    quantize(artifact, artifact.load_config().quantize)
    return Made(artifact, folder)


@pytest.fixture(scope="session")
def browser_artifact() -> Artifact:
    """The committed run that the page is built from."""
    return find_artifact(BROWSER_RUN)


@pytest.fixture(scope="session")
def real_data(browser_artifact: Artifact) -> LabelledData:
    """EmpatheticDialogues where it is at hand, else the embedded sample."""
    return load_data(browser_artifact.load_config().data, REAL_DIR)
