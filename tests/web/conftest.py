"""The built site in a real browser."""

import json
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser, BrowserContext

from export.browser.launch import BrowserMissingError, launch_browser, launch_firefox
from export.browser.server import serve
from export.graph import session
from export.pipeline import StaleStages
from export.site.build import WEB_DIR
from tests.conftest import REAL_DIR
from tests.web.visiting import Visit, visit
from training.run.artifact import Artifact


@pytest.fixture(scope="session")
def built_site(browser_artifact: Artifact) -> Path:
    """``web/``, brought up to date from the committed artifact."""
    StaleStages(browser_artifact, REAL_DIR).site()
    return WEB_DIR


def int8_logits(artifact: Artifact, texts: Sequence[str]) -> np.ndarray:
    """What the shipped file answers natively, [n, labels]."""
    return session.predict(artifact, artifact.onnx_quantized, texts, description="ONNX int8")


@pytest.fixture(scope="session")
def bundle(built_site: Path) -> dict[str, Any]:
    """What the model of the built site says of itself."""
    return json.loads((built_site / "model" / "bundle.json").read_text())


@pytest.fixture(scope="session")
def download_bytes(built_site: Path) -> int:
    """What a first visit loads besides the page."""
    return json.loads((built_site / "site.json").read_text())["download_bytes"]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with launch_browser() as browser:
        yield browser


@pytest.fixture(scope="session")
def firefox() -> Iterator[Browser]:
    try:
        with launch_firefox() as browser:
            yield browser
    except BrowserMissingError as error:
        pytest.skip(f"not tested in Firefox: {error}")


@pytest.fixture
def site(tmp_path: Path, built_site: Path) -> Path:
    """A copy of the site that a test may damage."""
    copy = tmp_path / "site"
    names = shutil.ignore_patterns("node_modules", "templates", ".build-*")
    shutil.copytree(built_site, copy, ignore=names)
    return copy


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context()
    yield context
    context.close()


@pytest.fixture(scope="session")
def ready(browser: Browser, built_site: Path) -> Iterator[Visit]:
    """A page with the model loaded, shared by all tests that change no more than its text."""
    with serve(built_site) as served:
        address = served.address
        context = browser.new_context(service_workers="block")
        shared = visit(context, address)
        shared.wait_for("ready")
        yield shared
        context.close()
